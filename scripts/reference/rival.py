"""PyTorch's side of scripts/compare: the same work by plain PyTorch and open_clip. Prints one line of JSON."""

import argparse
import io
import json
import os
import random
import tarfile
import time

import numpy as np
import torch
import torch.nn.functional as F

SCALE = 50.0
WARMING = 3
WARMING_SECONDS = 3
SMALL = dict(embedding=128, image=(64, 8, 128, 4), text=(128, 4))
VIT_40M = dict(embedding=512, image=(224, 32, 512, 12), text=(512, 6))
VIT_B32 = dict(embedding=512, image=(224, 32, 768, 12), text=(512, 12))


def clip(shape, context):
    """An open_clip model of random weights: image (side, patch, width, layers), text (width, layers), heads of 64."""
    import open_clip

    side, patch, width, layers = shape["image"]
    text_width, text_layers = shape["text"]
    return open_clip.model.CLIP(
        embed_dim=shape["embedding"],
        vision_cfg=dict(image_size=side, patch_size=patch, width=width, layers=layers, head_width=64),
        text_cfg=dict(context_length=context, vocab_size=49408, width=text_width, heads=text_width // 64, layers=text_layers),
    )


def affinity(image, text, teacher_image, teacher_text):
    """Mean of both directions' cross-entropies between the student's and the teacher's softmaxes."""
    z = SCALE * image @ text.t()
    with torch.no_grad():
        t = SCALE * teacher_image @ teacher_text.t()
        rows = t.softmax(1)
        columns = t.t().softmax(1)
    along = -(rows * torch.log_softmax(z, 1)).sum(1).mean()
    across = -(columns * torch.log_softmax(z.t(), 1)).sum(1).mean()
    return (along + across) / 2


def unit(rows, width):
    return F.normalize(torch.randn(rows, width), dim=1)


def repeat(rounds, work):
    found = []
    begun, warm = time.perf_counter(), 0
    while warm < WARMING or time.perf_counter() - begun < WARMING_SECONDS:
        work()
        warm += 1
    for _ in range(rounds):
        cpu, begun = time.process_time(), time.perf_counter()
        result = work()
        found.append(dict(seconds=time.perf_counter() - begun, processorSeconds=time.process_time() - cpu, result=result))
    return found


def step(args):
    model = clip(dict(small=SMALL, **{"40m": VIT_40M})[args.shape], args.tokens)
    side = model.visual.image_size[0] if isinstance(model.visual.image_size, tuple) else model.visual.image_size
    pictures = torch.randn(args.batch, 3, side, side)
    tokens = torch.randint(1, 49000, (args.batch, args.tokens))
    tokens[:, -1] = 49407
    width = model.text_projection.shape[1]
    teacher = (unit(args.batch, width), unit(args.batch, width))
    call = torch.compile(model) if args.compiled else model

    def once():
        model.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=args.precision == "bf16"):
            out = call(pictures, tokens)
        loss = affinity(out[0].float(), out[1].float(), *teacher)
        loss.backward()
        return loss.item()

    return repeat(args.rounds, once)


def loss(args):
    features = [unit(args.pairs, 512) for _ in range(4)]
    for leaf in features[:2]:
        leaf.requires_grad_(True)

    def once():
        for leaf in features[:2]:
            leaf.grad = None
        value = affinity(*features)
        value.backward()
        return value.item()

    return repeat(args.rounds, once)


def transform(side):
    from torchvision import transforms

    return transforms.Compose([
        transforms.RandomResizedCrop(side, scale=(0.9, 1.0), interpolation=transforms.InterpolationMode.BICUBIC),
        lambda picture: picture.convert("RGB"),
        transforms.ToTensor(),
        transforms.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    ])


def pictures(args):
    from PIL import Image

    torch.set_num_threads(1)
    files = [open(os.path.join(args.folder, name), "rb").read() for name in sorted(os.listdir(args.folder))]
    load = transform(224)

    def once():
        torch.manual_seed(0)
        return float(sum(load(Image.open(io.BytesIO(file))).mean().item() for file in files))

    return repeat(args.rounds, once)


def trainer(args):
    """A plain trainer of the same recipe: the teacher's forward, the student's step, AdamW. Rounds are steps."""
    import open_clip
    from PIL import Image

    members = {}
    with tarfile.open(args.folder) as tar:
        for member in tar:
            members.setdefault(member.name.rsplit(".", 1)[0], {})[member.name.rsplit(".", 1)[1]] = tar.extractfile(member).read()
    pairs = list(members.values())
    teacher = clip(VIT_B32, 77)
    teacher.load_state_dict(torch.load(args.teacher, weights_only=True))
    teacher.eval()
    student = clip(VIT_40M, 77)
    optimizer = torch.optim.AdamW(student.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.2)
    load = transform(224)
    tokenizer = open_clip.get_tokenizer("ViT-B-32")

    class Pairs(torch.utils.data.Dataset):
        def __len__(self):
            return len(pairs)

        def __getitem__(self, i):
            text = tokenizer(pairs[i]["txt"].decode())[0]
            return load(Image.open(io.BytesIO(pairs[i]["jpg"]))), text

    def batches():
        while True:
            yield from torch.utils.data.DataLoader(Pairs(), args.batch, shuffle=True, drop_last=True, num_workers=2)

    source = batches()

    def cut_text(model, tokens):
        length = tokens.shape[1]
        x = model.token_embedding(tokens) + model.positional_embedding[:length]
        x = model.transformer(x, attn_mask=model.attn_mask[:length, :length])
        x = model.ln_final(x)
        x = x[torch.arange(x.shape[0]), tokens.argmax(dim=-1)] @ model.text_projection
        return F.normalize(x, dim=-1)

    def embed(model, images, tokens):
        if args.tokens:
            return model(images, tokens)[:2]
        # As many tokens as the longest text has: a causal tower's result is the same.
        return model.encode_image(images, normalize=True), cut_text(model, tokens[:, : int(tokens.argmax(1).max()) + 1])

    def once():
        images, tokens = next(source)
        with torch.no_grad():
            target = embed(teacher, images, tokens)
        optimizer.zero_grad(set_to_none=True)
        value = affinity(*embed(student, images, tokens), *target)
        value.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 5.0)
        optimizer.step()
        return value.item()

    return repeat(args.rounds, once)


def recipe(teacher, tar, batch, steps):
    """The same as the trainer below does, as settings of this project."""
    return f"""
tinyclip {{
  teacher = "{teacher}"
  data {{ train = "{tar}", evaluate = "{tar}" }}
  batch = {batch}
  partitions = 2
  precision = fp32
  optimizer {{ rate = 1.0e-4 }}
  checkpoint {{ steps = 1000000 }}
  stages = [ {{ student {{ image {{ width = 512, layers = 12 }}, text {{ width = 512, layers = 6 }} }}, distill-steps = {steps} }} ]
}}
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["step", "loss", "pictures", "trainer"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shape")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--tokens", type=int, default=77)
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--folder")
    parser.add_argument("--teacher")
    parser.add_argument("--compiled", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)
    rounds = dict(step=step, loss=loss, pictures=pictures, trainer=trainer)[args.what](args)
    print(json.dumps(dict(rounds=rounds)))


if __name__ == "__main__":
    main()
