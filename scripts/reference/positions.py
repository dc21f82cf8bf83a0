"""Positions that open_clip resizes when a checkpoint's grid is not its model's, for PositionsParityTest.

python positions.py ../../tinyclip/src/test/resources/io/tinyclip/formats
"""
import sys
from pathlib import Path
from types import SimpleNamespace

import torch
from open_clip.model import resize_pos_embed
from safetensors.torch import save_file

WIDTH = 3
GRIDS = ((4, 7), (7, 4), (7, 12), (12, 5), (1, 3), (16, 14))


def main(out):
    generator = torch.Generator().manual_seed(20)
    tensors = {}
    for before, after in GRIDS:
        state = {"visual.positional_embedding": torch.randn(1 + before**2, WIDTH, generator=generator)}
        tensors[f"{before}-{after}.before"] = state["visual.positional_embedding"]
        resize_pos_embed(state, SimpleNamespace(visual=SimpleNamespace(grid_size=(after, after))))
        tensors[f"{before}-{after}.after"] = state["visual.positional_embedding"].contiguous()
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / "positions.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
