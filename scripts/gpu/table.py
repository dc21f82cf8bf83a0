"""The parts' records as a table for people, each figure beside its goal where it has one."""

PYTORCH, TEACHER, PAIRS, OUTSIDE = 1.15, 0.40, 8000, 0.05
HEADING = ("| part | what | found | goal |", "|---|---|---|---|")


def of(records):
    """@param records by part's name, in their order. @return lines"""
    lines = list(HEADING)
    for name, record in records.items():
        note = record.get("reason", f"{record['seconds']:.0f} s")
        lines.append(row(name, f"**{record['status']}**", note))
        lines += [row(name, *cells) for cells in ROWS.get(name, lambda *_: [])(record.get("found", {}), records)]
    return lines


def row(part, what, found, goal=""):
    return "| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in (part, what, found, goal)) + " |"


def goal(met, text):
    return f"{text}: {'met' if met else 'missed'}"


def probe(found, _):
    return [(f"{precision}, twice", "one class, " + one["class"].rsplit("fingerprint ", 1)[-1]) for precision, one in found.items()]


def kernels(found, _):
    tensors = found.get("tensors", [])
    return [(f"{precision}, {sum(t['precision'] == precision for t in tensors)} tensors, farthest from the processor's fp32",
             max("{:.1e} of {:.1e} allowed, {}".format(t["distance"], t["bound"], t["tensor"])
                 for t in tensors if t["precision"] == precision and t["distance"] == farthest(tensors, precision)))
            for precision in sorted({t["precision"] for t in tensors})]


def farthest(tensors, precision):
    return max(t["distance"] for t in tensors if t["precision"] == precision)


def tiny(found, _):
    if not found:
        return []
    return [(f"{found['recipe']}, {found['steps']} steps: {', '.join(found['digests'])}",
             f"one digest, {next(iter(found['digests'].values()))[:16]}; killed at step {found['killedAt']}")]


def steps(found, _):
    rows = []
    for shape, one in found.items():
        size = f"{shape}, {one['batch']} pairs, {one['precision']}"
        for way, words in (("known", "teacher known"), ("asked", "teacher asked")):
            if way in one:
                wanted = goal(one[way]["pairsPerSecond"] >= PAIRS, f"{PAIRS}") if (shape, way) == ("40m", "known") and on_card(one) else ""
                rows.append((f"{size}, {words}", speed(one[way]), wanted))
        if "teacherShareOfPeak" in one:
            share = one["teacherShareOfPeak"]
            rows.append((f"{size}, share of peak of the teacher", f"{100 * share:.0f} %",
                         goal(share >= TEACHER, f"{100 * TEACHER:.0f} %") if shape == "l14" else ""))
        if "whole" in one:
            share = one["whole"]["outside"]
            rows.append((f"{size}, a run's step, outside of kernels", f"{one['whole']['seconds']:.3f} s, {100 * share:.1f} %",
                         goal(share < OUTSIDE, f"below {100 * OUTSIDE:.0f} %") if on_card(one) else ""))
    return rows


def on_card(one):
    return one["device"].startswith("cuda")


def speed(one):
    text = f"{one['pairsPerSecond']:.0f} pairs/s, {one['seconds']:.3f} s, {one['operationsPerSecond'] / 1e12:.2f} TFLOP/s"
    if "shareOfPeak" in one:
        text += f", {100 * one['shareOfPeak']:.0f} % of peak, {one['deviceBytes'] / 2**30:.1f} GiB, card busy {one['card'].get('busyMiddle', '?')} %"
    return text


def rivals(found, records):
    """Beside our own step of the same shape."""
    rows = []
    for shape, ways in found.items():
        ours = records.get("steps", {}).get("found", {}).get(shape, {})
        fastest = {teacher: min((one[teacher]["seconds"] for one in ways.values() if teacher in one), default=None)
                   for teacher in ("known", "asked")}
        for way, one in ways.items():
            for teacher in ("known", "asked"):
                if teacher not in one:
                    continue
                text = f"{one[teacher]['pairsPerSecond']:.0f} pairs/s, {one[teacher]['seconds']:.3f} s"
                wanted = ""
                if teacher in ours:
                    ratio = ours[teacher]["seconds"] / one[teacher]["seconds"]
                    text += f"; ours takes {ratio:.2f} of it"
                    if on_card(ours) and one[teacher]["seconds"] == fastest[teacher]:
                        wanted = goal(ratio <= PYTORCH, f"{PYTORCH} of the fastest")
                rows.append((f"PyTorch {one['version']}, {shape}, {way}, teacher {teacher}", text, wanted))
            if "productOperationsPerSecond" in one:
                rows.append((f"products of bf16 beside {shape}, {way}", f"{one['productOperationsPerSecond'] / 1e12:.0f} TFLOP/s"))
    return rows


def data(found, _):
    return [(f"JPEGs of 640 x 480 to 224 x 224, {words}, {found['cores']} cores", f"{found[way]['picturesPerSecond']:.0f} pictures/s")
            for way, words in (("full", "decoded in full"), ("reduced", "at a reduced scale")) if way in found]


ROWS = dict(probe=probe, kernels=kernels, tiny=tiny, steps=steps, torch=rivals, data=data, compiled=rivals)
