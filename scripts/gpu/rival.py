"""PyTorch's side of scripts/gpu-check: a step of the same shapes in plain PyTorch, which is all that it needs. One line of JSON.

A student is distilled from a teacher of random weights: pictures lie in pinned memory as bytes and are normalised on the device,
products are in bf16 by autocast as OpenCLIP trains, the loss in fp32. What is timed: pictures to the device, the student's
forward, the affinity loss, the backward; and the same with the teacher's forward in front."""

import argparse
import json
import time
from contextlib import nullcontext

import torch
import torch.nn as nn
import torch.nn.functional as F

SCALE = 50.0
WARMING = 3
VOCABULARY = 49408
HEAD = 64
PRODUCT = 8192
# Image side, patch, width, layers; text width, layers; embedding.
SMALL = (64, 8, 128, 4, 128, 4, 128)
VIT_40M = (224, 32, 512, 12, 512, 6, 512)
VIT_B32 = (224, 32, 768, 12, 512, 12, 512)
VIT_L14 = (224, 14, 1024, 24, 768, 12, 768)
SHAPES = {"small": (SMALL, SMALL), "40m": (VIT_40M, VIT_B32), "l14": (VIT_B32, VIT_L14)}
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


class Attention(nn.Module):
    def __init__(self, width, fused, causal):
        super().__init__()
        self.heads, self.fused, self.causal = width // HEAD, fused, causal
        self.inward, self.outward = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.inward(x).view(batch, length, 3, self.heads, HEAD).permute(2, 0, 3, 1, 4)  # (B, H, L, K) each
        if self.fused:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        else:
            scores = q @ k.transpose(-1, -2) * HEAD ** -0.5  # (B, H, L, L)
            if self.causal:
                scores = scores + torch.full((length, length), float("-inf"), device=x.device, dtype=scores.dtype).triu(1)
            mixed = scores.softmax(-1).to(v.dtype) @ v
        return self.outward(mixed.transpose(1, 2).reshape(batch, length, width))


class Layer(nn.Module):
    def __init__(self, width, fused, causal):
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, fused, causal)
        self.neurons = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.first(x))
        return x + self.neurons(self.second(x))


class Clip(nn.Module):
    """Unit-length embeddings of pictures (B, 3, S, S) and texts (B, L), whose last token ends them."""

    def __init__(self, shape, tokens, fused):
        super().__init__()
        side, patch, width, layers, text_width, text_layers, embedding = shape
        self.side = side
        self.patch = nn.Conv2d(3, width, patch, patch, bias=False)
        self.start = nn.Parameter(torch.randn(width) * width ** -0.5)
        self.places = nn.Parameter(torch.randn((side // patch) ** 2 + 1, width) * width ** -0.5)
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.image = nn.Sequential(*[Layer(width, fused, False) for _ in range(layers)])
        self.image_out = nn.Linear(width, embedding, bias=False)
        self.tokens = nn.Embedding(VOCABULARY, text_width)
        self.text_places = nn.Parameter(torch.randn(tokens, text_width) * 0.01)
        self.text = nn.Sequential(*[Layer(text_width, fused, True) for _ in range(text_layers)])
        self.text_after, self.text_out = nn.LayerNorm(text_width), nn.Linear(text_width, embedding, bias=False)

    def forward(self, pictures, texts):
        x = self.patch(pictures).flatten(2).transpose(1, 2)  # (B, L, D)
        x = torch.cat([self.start.to(x.dtype).expand(x.shape[0], 1, -1), x], 1) + self.places.to(x.dtype)
        image = self.image_out(self.after(self.image(self.before(x))[:, 0]))
        words = self.text(self.tokens(texts) + self.text_places)
        text = self.text_out(self.text_after(words[:, -1]))
        return F.normalize(image.float(), dim=1), F.normalize(text.float(), dim=1)


def affinity(image, text, teacher_image, teacher_text):
    """Mean of both directions' cross-entropies between the teacher's softmax and the student's."""
    student, teacher = SCALE * image @ text.t(), SCALE * teacher_image @ teacher_text.t()
    along = F.cross_entropy(student, teacher.softmax(1))
    return (along + F.cross_entropy(student.t(), teacher.t().softmax(1))) / 2


def synchronize(device):
    if device == "cuda":
        torch.cuda.synchronize()


def counted(device, rounds, work):
    """Seconds of each round that counts; some more come before them."""
    for _ in range(WARMING if device == "cuda" else 1):
        work()
    found = []
    for _ in range(rounds):
        synchronize(device)
        begun = time.perf_counter()
        work()
        synchronize(device)
        found.append(time.perf_counter() - begun)
    return found


def middle(seconds):
    return sorted(seconds)[len(seconds) // 2]


def product(device, dtype):
    """Operations a second of the card's own products, which tell how much of its peak can be reached at all."""
    a, b = (torch.randn(PRODUCT, PRODUCT, device=device, dtype=dtype) for _ in range(2))
    return 2 * PRODUCT ** 3 / middle(counted(device, 5, lambda: a @ b))


def measured(args):
    device, fused = args.device, args.way != "eager"
    shape, teacher_shape = SHAPES[args.shape]
    torch.manual_seed(0)
    with torch.device(device):
        student = Clip(shape, args.tokens, fused)
        teacher = Clip(teacher_shape, args.tokens, fused).eval().requires_grad_(False)
    call, ask = (torch.compile(student), torch.compile(teacher)) if args.way == "compiled" else (student, teacher)
    pictures = torch.randint(0, 256, (args.batch, 3, shape[0], shape[0]), dtype=torch.uint8)
    texts = torch.randint(1, VOCABULARY, (args.batch, args.tokens))
    if device == "cuda":
        pictures, texts = pictures.pin_memory(), texts.pin_memory()
    mean, std = (torch.tensor(each, device=device).view(1, 3, 1, 1) for each in (MEAN, STD))
    known = [F.normalize(torch.randn(args.batch, teacher_shape[-1], device=device), dim=1) for _ in range(2)]
    narrow = torch.autocast(device, torch.bfloat16) if args.precision == "bf16" else nullcontext()

    def step(asks):
        pixels = (pictures.to(device, non_blocking=True).float() / 255 - mean) / std
        words = texts.to(device, non_blocking=True)
        student.zero_grad(set_to_none=True)
        with narrow:
            if asks:
                with torch.no_grad():
                    said = ask(pixels, words)
            out = call(pixels, words)
        loss = affinity(*out, *(said if asks else known))
        loss.backward()
        value = loss.item()
        if not value == value:
            raise SystemExit("the loss is not a number")

    found = dict(way=args.way, version=torch.__version__, parametersOn=str(next(student.parameters()).device))
    for name, asks in (("known", False), ("asked", True)):
        rounds = counted(device, args.rounds, lambda: step(asks))
        found[name] = dict(seconds=middle(rounds), pairsPerSecond=args.batch / middle(rounds),
                           rounds=[dict(seconds=each) for each in rounds], endedAt=time.time())
    if device == "cuda":
        found["peakBytes"] = torch.cuda.max_memory_allocated()
        found["cardName"] = torch.cuda.get_device_name()
        del student, teacher, call, ask
        found["productOperationsPerSecond"] = product(device, torch.bfloat16)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", choices=["cpu", "cuda"], required=True)
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--way", choices=["eager", "fused", "compiled"], required=True)
    parser.add_argument("--precision", choices=["fp32", "bf16"], required=True)
    for name in ("--batch", "--tokens", "--rounds"):
        parser.add_argument(name, type=int, required=True)
    print(json.dumps(measured(parser.parse_args())), flush=True)


if __name__ == "__main__":
    main()
