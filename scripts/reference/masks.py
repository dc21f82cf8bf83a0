"""A masked student, its loss, its sparsity and fifty steps of its masks in float64, for MaskParityTest.

The method's formulas (TinyCLIP, ICCV 2023; hard concrete masks: Louizos, Welling and Kingma, ICLR 2018), written down
once more without a look at how the product computes them. Gradients are autograd's, optimizer steps are PyTorch's.

python masks.py ../../tinyclip/src/test/resources/io/tinyclip/compute
"""
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

BATCH, EMBEDDING, HEAD_WIDTH, SCALE = 4, 6, 4, 50.0
PATCH, GRID, CONTEXT, ROWS = 4, 2, 5, 9
WIDTH = {"visual.": 12, "": 8}
LAYERS = {"visual.": [(3, 10), (0, 7), (2, 9)], "": [(2, 11), (1, 0)]}  # heads, neurons
STEPS, WARMUP, KEEP, RATE = 50, 20, 0.4, 0.02
STORED_STEPS = (1, 2, 5, 10, 25, 50)
MULTIPLIERS = {"two-sided": 0.0, "one-sided": 10.0}

A, B, T, EPSILON = -0.1, 1.1, 2 / 3, 1e-6


def gate(log_alpha, u):
    """One mask, drawn by u."""
    return (torch.sigmoid((torch.log(u) - torch.log(1 - u) + log_alpha) / T) * (B - A) + A).clamp(0, 1)


def is_open(log_alpha):
    """P(z != 0)."""
    return torch.sigmoid(log_alpha - T * math.log(-A / B))


def shapes():
    """Every weight's shape under OpenCLIP's names."""
    w, d = WIDTH["visual."], WIDTH[""]
    yield "visual.class_embedding", (w,)
    yield "visual.positional_embedding", (1 + GRID**2, w)
    yield "visual.conv1.weight", (w, 3, PATCH, PATCH)
    yield "token_embedding.weight", (ROWS, d)
    yield "positional_embedding", (CONTEXT, d)
    yield "visual.proj", (w, EMBEDDING)
    yield "text_projection", (d, EMBEDDING)
    for norm, width in (("visual.ln_pre", w), ("visual.ln_post", w), ("ln_final", d)):
        yield norm + ".weight", (width,)
        yield norm + ".bias", (width,)
    for tower, layers in LAYERS.items():
        d = WIDTH[tower]
        for i, (heads, neurons) in enumerate(layers):
            block = f"{tower}transformer.resblocks.{i}."
            if heads:
                yield block + "ln_1.weight", (d,)
                yield block + "ln_1.bias", (d,)
                yield block + "attn.in_proj_weight", (3 * heads * HEAD_WIDTH, d)
                yield block + "attn.in_proj_bias", (3 * heads * HEAD_WIDTH,)
                yield block + "attn.out_proj.weight", (d, heads * HEAD_WIDTH)
            yield block + "attn.out_proj.bias", (d,)
            if neurons:
                yield block + "ln_2.weight", (d,)
                yield block + "ln_2.bias", (d,)
                yield block + "mlp.c_fc.weight", (neurons, d)
                yield block + "mlp.c_fc.bias", (neurons,)
                yield block + "mlp.c_proj.weight", (d, neurons)
            yield block + "mlp.c_proj.bias", (d,)


def mask_sizes():
    for tower, layers in LAYERS.items():
        yield f"mask.{tower}width", WIDTH[tower]
        for i, (heads, neurons) in enumerate(layers):
            if heads:
                yield f"mask.{tower}heads.{i}", heads
            if neurons:
                yield f"mask.{tower}neurons.{i}", neurons


def norm(x, w, name, width):
    """Statistics over the kept channels only, zero elsewhere."""
    kept = width != 0
    some = x[..., kept]
    some = (some - some.mean(-1, keepdim=True)) / torch.sqrt(some.var(-1, unbiased=False, keepdim=True) + 1e-5)
    out = torch.zeros_like(x)
    out[..., kept] = some * w[name + ".weight"][kept] + w[name + ".bias"][kept]
    return out


def transformer(x, w, z, tower, causal):
    width = z[f"mask.{tower}width"]
    for i, (heads, neurons) in enumerate(LAYERS[tower]):
        block = f"{tower}transformer.resblocks.{i}."
        written = w[block + "attn.out_proj.bias"]
        if heads:
            y = norm(x, w, block + "ln_1", width)
            qkv = y @ w[block + "attn.in_proj_weight"].T + w[block + "attn.in_proj_bias"]
            q, k, v = (part.unflatten(-1, (heads, HEAD_WIDTH)) for part in qkv.chunk(3, -1))  # (B, L, H, K)
            scores = torch.einsum("bihk,bjhk->bhij", q, k) / math.sqrt(HEAD_WIDTH)
            if causal:
                later = torch.arange(x.shape[1])[None] > torch.arange(x.shape[1])[:, None]
                scores = scores.masked_fill(later, -math.inf)
            y = torch.einsum("bhij,bjhk,h->bihk", scores.softmax(-1), v, z[f"mask.{tower}heads.{i}"])
            written = y.flatten(-2) @ w[block + "attn.out_proj.weight"].T + written
        x = x + width * written
        written = w[block + "mlp.c_proj.bias"]
        if neurons:
            y = norm(x, w, block + "ln_2", width) @ w[block + "mlp.c_fc.weight"].T + w[block + "mlp.c_fc.bias"]
            y = torch.nn.functional.gelu(y) * z[f"mask.{tower}neurons.{i}"]
            written = y @ w[block + "mlp.c_proj.weight"].T + written
        x = x + width * written
    return x


def student(w, z, pixels, tokens, ends):
    width = z["mask.visual.width"]
    patches = torch.nn.functional.conv2d(pixels, w["visual.conv1.weight"], stride=PATCH).flatten(2).transpose(1, 2)
    x = torch.cat([w["visual.class_embedding"].expand(BATCH, 1, -1), patches], 1) + w["visual.positional_embedding"]
    x = transformer(norm(x * width, w, "visual.ln_pre", width), w, z, "visual.", False)
    image = norm(x[:, 0], w, "visual.ln_post", width) @ w["visual.proj"]
    width = z["mask.width"]
    x = (w["token_embedding.weight"][tokens] + w["positional_embedding"][: tokens.shape[1]]) * width
    x = transformer(x, w, z, "", True)
    text = norm(x[torch.arange(BATCH), ends], w, "ln_final", width) @ w["text_projection"]
    return image / image.norm(dim=-1, keepdim=True), text / text.norm(dim=-1, keepdim=True)


def affinity_loss(image, text, teacher_image, teacher_text):
    """The mean of both directions' soft cross-entropies."""
    s, t = SCALE * image @ text.T, SCALE * teacher_image @ teacher_text.T
    rows = -(t.softmax(1) * s.log_softmax(1)).sum(1).mean()
    columns = -(t.softmax(0) * s.log_softmax(0)).sum(0).mean()
    return (rows + columns) / 2


def remain(p, tower):
    """Expected counted parameters: an element stays where its row and its column do, a bias where its unit does."""
    width, count = p[f"mask.{tower}width"], 0.0
    for i, (heads, neurons) in enumerate(LAYERS[tower]):
        if heads:
            inner = p[f"mask.{tower}heads.{i}"].repeat_interleave(HEAD_WIDTH)
            stacked = inner.repeat(3)
            count = count + torch.outer(stacked, width).sum() + stacked.sum() + torch.outer(width, inner).sum()
        count = count + width.sum()
        if neurons:
            inner = p[f"mask.{tower}neurons.{i}"]
            count = count + 2 * torch.outer(inner, width).sum() + inner.sum()
        count = count + width.sum()
    return count


def sparsity(log_alpha, towers=("visual.", "")):
    """1 - what is expected to remain of these towers, of all that both have."""
    p = {name: is_open(value) for name, value in log_alpha.items()}
    ones = {name: torch.ones_like(value) for name, value in log_alpha.items()}
    return 1 - sum(remain(p, tower) for tower in towers) / sum(remain(ones, tower) for tower in LAYERS)


def penalty(kind, multipliers, target, q):
    linear, quadratic = multipliers
    missing = target - q
    if kind == "one-sided":
        missing = torch.relu(missing)
    return linear * missing + quadratic * missing**2


def sparsity_target(step):
    return (1 - KEEP) * min(1, (step + 1) / WARMUP)


def steps(kind, case, w, start, noise):
    """The masks' course while the weights stay as they are."""
    log_alpha = {name: value.clone().requires_grad_() for name, value in start.items()}
    multipliers = torch.full((2,), MULTIPLIERS[kind], dtype=torch.float64, requires_grad=True)
    rule = dict(lr=RATE, betas=(0.9, 0.98), eps=1e-6, weight_decay=0)
    descent = torch.optim.AdamW(log_alpha.values(), **rule)
    ascent = torch.optim.AdamW([multipliers], maximize=True, **rule)
    course = {"sparsity": [], "multipliers": []}
    for step in range(STEPS):
        z = {name: gate(log_alpha[name], noise[name][step]) for name in log_alpha}
        q = sparsity(log_alpha)
        course["sparsity"].append(q.detach())
        loss = affinity_loss(*student(w, z, *case["inputs"]), *case["teacher"])
        descent.zero_grad()
        ascent.zero_grad()
        (loss + penalty(kind, multipliers, sparsity_target(step), q)).backward()
        descent.step()
        ascent.step()
        with torch.no_grad():
            for value in log_alpha.values():
                value.clamp_(-math.log(100), math.log(100))
        course["multipliers"].append(multipliers.detach().clone())
        if step + 1 in STORED_STEPS:
            course.update({f"{step + 1}.{name}": value.detach().clone() for name, value in log_alpha.items()})
    return {
        f"steps.{kind}.{name}": torch.stack(value) if isinstance(value, list) else value
        for name, value in course.items()
    }


def main(out):
    generator = torch.Generator().manual_seed(4)

    def normal(*shape, scale=1.0):
        """Values that a float holds, so that both sides start with the same."""
        return (scale * torch.randn(*shape, generator=generator)).double()

    w = {name: normal(*shape, scale=0.3) for name, shape in shapes()}
    for name in w:
        if ".ln_" in f".{name}" and name.endswith(".weight"):
            w[name] = (w[name] + 1).float().double()
    start = {name: normal(size, scale=1.5).clamp(-4, 4) for name, size in mask_sizes()}
    start["mask.visual.neurons.2"].fill_(10)  # as an inherit phase starts
    noise = {
        name: torch.rand(STEPS, size, generator=generator).clamp(EPSILON, 1 - EPSILON).double()
        for name, size in mask_sizes()
    }
    unit = [torch.nn.functional.normalize(normal(BATCH, EMBEDDING), dim=-1).float().double() for _ in range(2)]
    ends = torch.tensor([4, 2, 3, 1])
    tokens = torch.randint(0, ROWS, (BATCH, CONTEXT), generator=generator)
    case = {"inputs": (normal(BATCH, 3, PATCH * GRID, PATCH * GRID), tokens, ends), "teacher": unit}

    leaves = {name: value.clone().requires_grad_() for name, value in w.items()}
    log_alpha = {name: value.clone().requires_grad_() for name, value in start.items()}
    z = {name: gate(log_alpha[name], noise[name][0]) for name in log_alpha}
    image, text = student(leaves, z, *case["inputs"])
    loss = affinity_loss(image, text, *unit)
    loss.backward()
    tensors = {"pixels": case["inputs"][0], "tokens": tokens, "ends": ends, "image": image, "text": text, "loss": loss}
    tensors.update({"teacher.image": unit[0], "teacher.text": unit[1]})
    tensors.update({"weights." + name: value for name, value in (w | start).items()})
    tensors.update({"gradient." + name: value.grad for name, value in (leaves | log_alpha).items()})
    tensors.update({"noise." + name: value for name, value in noise.items()})
    tensors.update({"masks." + name: value for name, value in z.items()})
    tensors.update({"open." + name: is_open(value) for name, value in start.items()})
    tensors["sparsity"] = sparsity(start)
    tensors["sparsity.image"] = sparsity(start, ("visual.",))
    tensors["sparsity.text"] = sparsity(start, ("",))
    tensors["targets"] = torch.tensor([sparsity_target(step) for step in range(STEPS)])
    for kind in MULTIPLIERS:
        for name, target in (("below", 0.7), ("above", 0.2)):  # where the start's expected sparsity lies
            log_alpha = {mask: value.clone().requires_grad_() for mask, value in start.items()}
            multipliers = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
            value = penalty(kind, multipliers, target, sparsity(log_alpha))
            value.backward()
            prefix = f"penalty.{kind}.{name}."
            tensors[prefix + "value"] = value
            tensors[prefix + "multipliers"] = multipliers.grad
            tensors.update({prefix + mask: leaf.grad for mask, leaf in log_alpha.items()})
        tensors.update(steps(kind, case, w, start, noise))
    out.mkdir(parents=True, exist_ok=True)
    stored = {name: value.detach().float().contiguous() for name, value in tensors.items()}
    save_file(stored, out / "masks.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
