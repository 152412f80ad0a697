"""Writes src/test/resources/golden/crop.safetensors: images and the middle of them, by torchvision, for LabelledImagesTest.

Needs torch, torchvision and safetensors (2.13.0 and 0.29.1 were used); run it from modules/engine. Keys: stored HEIGHTxWIDTH,
uint8; cropped HEIGHTxWIDTH to SIZE, float32.
"""
import torch
from safetensors.torch import save_file
from torchvision.transforms.functional import center_crop, resize

torch.manual_seed(1)
tensors = {}
for height, width in [(8, 8), (7, 12), (12, 7), (9, 10), (5, 17)]:
    images = torch.randint(0, 256, (2, 3, height, width), dtype=torch.uint8)
    tensors[f"stored {height}x{width}"] = images
    for size in [4, 7, 8, 12]:
        resized = resize(images.float(), size, antialias=False)
        tensors[f"cropped {height}x{width} to {size}"] = center_crop(resized, size).contiguous()
save_file(tensors, "src/test/resources/golden/crop.safetensors")
