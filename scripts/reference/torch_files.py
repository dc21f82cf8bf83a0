"""Writes the files that TorchFileTest reads, as PyTorch itself writes them, each beside a .safetensors of the same values.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python torch_files.py ../../tinyclip/src/test/resources/io/tinyclip/files/torch
"""
import argparse
import sys
from collections import OrderedDict, defaultdict
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
torch.manual_seed(7)


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(OrderedDict(c_fc=nn.Linear(width, 5), bn=nn.BatchNorm1d(5), c_proj=nn.Linear(5, width)))

    def forward(self, x):
        return x + self.mlp(self.ln_1(x))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.names = ["not", "a", "tensor"]
        self.loose = [torch.ones(2)]
        self.image_size = 224
        self.logit_scale = nn.Parameter(torch.tensor(2.6593))
        self.register_buffer("position_ids", torch.arange(3))
        self.visual = nn.ModuleList([Block(4)])

    def forward(self, x):
        for block in self.visual:
            x = block(x)
        return x * self.logit_scale.exp()


def flat(value, name=""):
    """Tensors by dotted path."""
    if isinstance(value, torch.Tensor):
        return {name: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    found = {}
    for key, item in items:
        found.update(flat(item, f"{name}.{key}" if name else str(key)))
    return found


def expect(name, value):
    tensors = {k: v.detach().clone().contiguous() for k, v in flat(value).items()}
    save_file(tensors, OUT / f"{name}.safetensors")


def save(name, value, **options):
    torch.save(value, OUT / f"{name}.pt", **options)
    expect(name, value)


def kinds():
    values = torch.randn(2, 3)
    floats = {str(t)[6:]: values.to(t) for t in (torch.float32, torch.float16, torch.bfloat16, torch.float64)}
    wholes = {str(t)[6:]: (values * 9).to(t) for t in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)}
    odd = torch.tensor([0.0, -0.0, 6e-8, 65504.0, float("inf"), float("nan")])
    return {**floats, **wholes, "bool": values > 0, "scalar": torch.tensor(1.5), "none": torch.zeros(0, 4),
            "odd": odd.half(), "odd_double": torch.tensor([0.1, 1e300, -1e-300, 1e-40], dtype=torch.float64)}


def views():
    base = torch.randn(4, 6)
    return OrderedDict(base=base, transposed=base.t(), slice=base[1:3, 2:5], steps=base[::2, ::3],
                       permuted=torch.randn(2, 3, 4).permute(2, 0, 1), expanded=base[:1, :1].expand(3, 2), row=base[3],
                       half=base.half().t(), parameter=nn.Parameter(base[:2]), same=base, one=base.t()[:1])


def training():
    """Like open_clip's: wrapped for data parallelism, with optimizer, after a step."""
    model = nn.Sequential(OrderedDict(module=Tower()))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model(torch.randn(8, 4)).square().sum().backward()
    optimizer.step()
    return {"epoch": 3, "name": "run", "state_dict": model.state_dict(), "optimizer": optimizer.state_dict(),
            "scaler": {"scale": 65536.0, "on": True, "none": None},
            "args": argparse.Namespace(lr=5e-4, model="ViT", big=2**40, huge=2**90, amp=torch.float16,
                                       size=torch.Size([3, 4]))}


def trainer():
    """What training loops leave beside the weights: numbers of NumPy, paths, sets, states of random generators."""
    return {"state_dict": defaultdict(dict, {"x": torch.tensor([1.5, -2.0])}), "lr": np.float64(0.1), "epoch": np.int64(3),
            "seen": {1, 2}, "frozen": frozenset("a"), "out": PurePosixPath("a/b"), "z": 1 + 2j,
            "numpy": np.random.RandomState(1).get_state(), "type": np.dtype("f4"), "after": 7}


def archive(name, module):
    torch.jit.save(module, str(OUT / f"{name}.pt"))
    expect(name, dict(module.state_dict()))


with torch.no_grad():
    save("kinds", kinds())
    save("views", views())
save("legacy", {**views(), "nested": {"half": torch.randn(3).half()}}, _use_new_zipfile_serialization=False)
save("legacy4", [torch.randn(2), {"a": torch.ones(1), "n": 2**40, "t": True}],
     _use_new_zipfile_serialization=False, pickle_protocol=4)
save("protocol4", {"x": torch.randn(2), 7: torch.randn(1), "s": {1, 2}, "b": b"bytes"}, pickle_protocol=4)
save("training", training())
torch.save(trainer(), OUT / "trainer.pt")
torch.save(trainer(), OUT / "trainer4.pt", pickle_protocol=4)
archive("scripted", torch.jit.script(Tower().eval().half()))
archive("traced", torch.jit.trace(nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 3)), torch.randn(2, 4)))
torch.save({"x": torch.eye(2).to_sparse()}, OUT / "sparse.pt")
torch.save({"x": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)}, OUT / "quantised.pt")
torch.save({"x": nn.Linear(1, 1)}, OUT / "module.pt")
