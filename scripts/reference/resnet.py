"""Writes what ResNetParityTest compares with: a small ModifiedResNet as open_clip computes it.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python resnet.py ../../tinyclip/src/test/resources/io/tinyclip/kernel/openclip-resnet.safetensors

weights.*   the tower, its running statistics away from their start
pixels      (3, 3, 64, 64) in half precision, so that the file stays small
cotangent   (3, 6) of the embeddings of unit length
evaluated   (3, 6) embeddings of unit length by the running statistics
trained     (3, 6) the same by the batch's own moments
gradient.*  of <trained, cotangent>
after.*     the running statistics behind that one forward
"""
import sys

import torch
from open_clip.modified_resnet import ModifiedResNet
from safetensors.torch import save_file

BATCH, SIZE, EMBEDDING = 3, 64, 6
STATISTICS = ("running_mean", "running_var")


def tower():
    made = ModifiedResNet(layers=[2, 1, 1, 1], output_dim=EMBEDDING, heads=4, image_size=SIZE, width=2)
    with torch.no_grad():
        for name, tensor in made.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif "bn" in name or "downsample.1" in name or name.endswith("bias"):
                tensor.copy_(torch.randn(tensor.shape) * 0.3 + (1 if name.endswith("weight") else 0))
    return made


def tensors():
    torch.manual_seed(3)
    torch.set_num_threads(1)
    made = tower()
    out = {f"weights.{name}": value.clone() for name, value in made.state_dict().items() if value.ndim}
    out["pixels"] = torch.randn(BATCH, 3, SIZE, SIZE).half()
    pixels = out["pixels"].float()
    out["cotangent"] = torch.randn(BATCH, EMBEDDING)
    with torch.no_grad():
        out["evaluated"] = torch.nn.functional.normalize(made.eval()(pixels), dim=-1)
    trained = torch.nn.functional.normalize(made.train()(pixels), dim=-1)
    out["trained"] = trained.detach()
    (trained * out["cotangent"]).sum().backward()
    out |= {f"gradient.{name}": value.grad for name, value in made.named_parameters()}
    out |= {f"after.{name}": value for name, value in made.state_dict().items() if name.endswith(STATISTICS)}
    return {name: value.contiguous() for name, value in out.items()}


save_file(tensors(), sys.argv[1])
