"""KITTI-Masks (section A.6.2) for TFDS."""
