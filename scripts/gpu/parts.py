"""What is checked and measured: each part is a function that returns what it found, or says why it cannot or did not hold."""

import json
import os
import re
import statistics
import time

import card as cards
import programs
from programs import Clock, Failed

HERE = os.path.dirname(os.path.realpath(__file__))
RIVAL = os.path.join(HERE, "rival.py")
POLL_SECONDS = 0.05
RESUMED = "killed-and-resumed"
# Threads, in the words of the jar's repeat.
AS_A_RUN = 0
# An attempt's at a step, on a card.
STEP_SECONDS = 75
# Tokens of a text where the jar has not told how many it has.
CAPTION = 17
# Shape, pairs, partitions: as large as a GPU's worker would take them, and such that a processor needs seconds for.
CARD_STEPS = (("40m", 4096, 4), ("l14", 2048, 4))
CPU_STEPS = (("small", 64, 4), ("40m", 16, 2))
QUICK_STEPS = (("small", 8, 2),)


class Skipped(Exception):
    """What the part needs is not there."""


class Check:
    """What all parts share."""

    def __init__(self, place, card, quick):
        self.place, self.quick = place, quick
        self.card = card if card and place.installed else None
        self.device = "cuda:0" if self.card else "copying"
        self.found = {}

    def rounds(self):
        return "1" if self.quick else "3" if not self.card else "5"

    def steps(self):
        return QUICK_STEPS if self.quick else CARD_STEPS if self.card else CPU_STEPS

    def require_jar(self):
        if self.place.usable():
            raise Skipped(self.place.usable())

    def watch(self):
        return cards.Watch(self.card)

    def repeat(self, name, clock, *words, options=()):
        """The jar's answer, with what the card did meanwhile; fails where that was nothing."""
        with self.watch() as watch:
            answer = self.place.repeat(name, clock, *words, options=options)
        missing = watch.missing(answer.get("deviceBytes", 0))
        if missing:
            raise Failed(missing)
        answer["card"] = watch.found(answer if "endedAt" in answer else None)
        if "askedRounds" in answer:
            answer["asked"] = dict(rounds=answer["askedRounds"], endedAt=answer["askedEndedAt"], hostBytes=answer["askedHostBytes"],
                                   deviceBytes=answer["askedDeviceBytes"])
            answer["asked"]["card"] = watch.found(answer["asked"])
        return answer


def probe(check, clock):
    """The numeric probe in two processes: one class; on a processor the copying path has the same answers as the other."""
    check.require_jar()
    found = {}
    for one in ("fp32", "bf16") if check.card else (precision(check),):
        first, second = (check.repeat(f"probe-{one}-{turn}", clock, "probe", "--device", check.device, "--precision", one)
                         for turn in (1, 2))
        unlike = [name for name in first["answers"] if first["answers"][name] != second["answers"].get(name)]
        if unlike or first["class"] != second["class"]:
            raise Failed(f"{one}: two processes differ in {', '.join(unlike) or 'their class'}")
        if not check.card:
            plain = check.place.repeat(f"probe-{one}-plain", clock, "probe", "--precision", one)
            if plain["answers"] != first["answers"]:
                raise Failed(f"{one}: arrays that are copied have other answers than those in place")
        found[one] = dict({"class": first["class"], "answers": first["answers"]}, card=first["card"])
    return found


def kernels(check, clock):
    """Forward, losses and backward, tensor by tensor, beside the processor's."""
    check.require_jar()
    found = check.repeat("kernels", clock, "kernels", "--device", check.device)
    far = [f"{t['precision']} {t['tensor']}: {t['distance']:.2g} > {t['bound']:.2g}" for t in found["tensors"] if not t["holds"]]
    if far:
        raise Failed(f"{len(far)} of {len(found['tensors'])} tensors are too far from the processor's: " + "; ".join(far[:4]))
    return found


def record(folder):
    with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
        return json.load(file)


def committed(folder):
    try:
        with open(os.path.join(folder, "metrics.jsonl"), "rb") as file:
            return file.read().count(b"\n")
    except FileNotFoundError:
        return 0


def recipe_steps(recipe):
    """Of all stages, as the recipe says."""
    with open(recipe, encoding="utf-8") as file:
        return sum(int(steps) for steps in re.findall(r"(?:inherit|distill)-steps *= *(\d+)", file.read()))


class Runs:
    """Runs of one recipe that must end with one digest."""

    def __init__(self, check, clock):
        self.check, self.clock = check, clock
        full = os.path.join(os.path.dirname(os.path.dirname(HERE)), "conf", "tiny.conf")
        self.recipe = full if check.card else os.path.join(HERE, "short.conf")
        self.steps = recipe_steps(self.recipe)
        self.folder = os.path.join(check.place.out, f"runs-{int(time.time())}-{os.getpid()}")

    def start(self, name, workers):
        place = self.check.place
        device = "cuda:0" if self.check.card else "cpu"
        words = ["run", self.recipe, f"-Dtinyclip.run.folder={self.folder}/{name}", f"-Dtinyclip.workers={workers}",
                 f"-Dtinyclip.device={device}", "-Dtinyclip.data.evaluate=icons:train"]
        options = ["-XX:TieredStopAtLevel=1"] if not self.check.card else []
        return programs.start(place.command(*words, options=options), place.log("tiny-" + name), place.environment())

    def finish(self, name, child):
        programs.finish(child, self.check.place.log("tiny-" + name), self.clock)
        return record(os.path.join(self.folder, name))

    def resumed(self, child):
        """Kills the run in the middle, after a checkpoint, and resumes it. @return the resumed one, and steps when it was killed"""
        folder = os.path.join(self.folder, "killed")
        while committed(folder) < self.steps // 2:
            if child.poll() is not None or self.clock.left() == 0:
                programs.kill(child)
                raise Failed("the run that is to be killed did not get half way: " + programs.tail(self.check.place.log("tiny-killed")))
            time.sleep(POLL_SECONDS)
        programs.kill(child)
        at = committed(folder)
        if at >= self.steps:
            raise Failed(f"the run that was to be killed had finished its {self.steps} steps")
        return self.start("killed", 3), at

    def together(self, wanted):
        """All at once, as they share a card. @return their records by name, and steps when one was killed"""
        children = [(name, self.start(name, workers)) for name, workers in wanted]
        resumed, at = self.resumed(self.start("killed", 2))
        records = {name: self.finish(name, child) for name, child in children}
        return dict(records, **{RESUMED: self.finish("killed", resumed)}), at

    def in_turn(self, wanted):
        """One after the other, as they share the cores of a processor."""
        records = {name: self.finish(name, self.start(name, workers)) for name, workers in wanted}
        resumed, at = self.resumed(self.start("killed", 2))
        return dict(records, **{RESUMED: self.finish("killed", resumed)}), at


def tiny(check, clock):
    """One recipe twice by one worker, by two and three, and killed by SIGKILL and resumed: one digest."""
    check.require_jar()
    runs = Runs(check, clock)
    wanted = [("once", 1), ("again", 1), ("two-workers", 2), ("three-workers", 3)][:1 if check.quick else None]
    begun = time.monotonic()
    with check.watch() as watch:
        records, at = runs.together(wanted) if check.card else runs.in_turn(wanted)
    if watch.missing():
        raise Failed(watch.missing())
    digests = {name: found["digest"] for name, found in records.items()}
    if len(set(digests.values())) != 1:
        raise Failed("digests differ: " + ", ".join(f"{name} {digest[:12]}" for name, digest in digests.items()))
    named = records["once"]["numericClass"]
    if check.card and check.card.name not in named:
        raise Failed(f"run.json does not name the card: {named}")
    return dict(recipe=os.path.basename(runs.recipe), steps=runs.steps, killedAt=at, digests=digests, numericClass=named,
                seconds=time.monotonic() - begun, card=watch.found())


def middle(rounds, key="seconds"):
    return statistics.median(each[key] for each in rounds)


def precision(check):
    """bf16 where it is multiplied; elsewhere it would take ten times as long."""
    if check.card:
        return "bf16"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        told = file.read()
    return "bf16" if "avx512_bf16" in told or "amx_bf16" in told else "fp32"


def step_words(check, shape, batch, partitions):
    threads = AS_A_RUN if check.card else min(partitions, len(os.sched_getaffinity(0)))
    return ["step", "--device", check.device, "--shape", shape, "--precision", precision(check), "--batch", str(batch),
            "--partitions", str(partitions), "--rounds", check.rounds(), "--threads", str(threads)]


class Attempts:
    """Measurements of which each has a bound of its own, and one that fails does not stop the next."""

    def __init__(self, clock, seconds):
        self.clock, self.seconds = clock, seconds
        self.found, self.errors = {}, []

    def make(self, name, measure):
        """@param measure takes a clock. @return what it gives, or nothing where it failed"""
        try:
            return measure(Clock(min(self.seconds, self.clock.left())))
        except Failed as error:
            self.errors.append(f"{name}: {error}")
            return None

    def end(self):
        """@return all that was found. Fails where a measurement has."""
        if self.errors:
            failed = Failed("; ".join(self.errors))
            failed.found = self.found
            raise failed
        return self.found


def steps(check, clock):
    """Our step in each shape: with the teacher's embeddings known, and asked; in the first one whole, too, by a run's actors."""
    check.require_jar()
    attempts = Attempts(clock, STEP_SECONDS if check.card else clock.left() / 3)
    for shape, batch, partitions in check.steps():
        words = step_words(check, shape, batch, partitions)
        one = attempts.found[shape] = dict(batch=batch, partitions=partitions, precision=precision(check), device=check.device)
        teaching = "known" if check.quick else "both"
        for way, more in ((teaching, ["--teacher", teaching]), ("whole", ["--whole"])):
            if way == "whole" and shape != check.steps()[0][0]:
                continue
            name = f"steps-{shape}-{way}"
            answer = attempts.make(name, lambda bound, name=name, more=more: check.repeat(name, bound, *words, *more))
            if answer is not None:
                one.update({each: answer[each] for each in ("threads", "tokens", "forwardOperations")})
                one.update(dict(whole=whole(answer)) if way == "whole" else ways(check, batch, answer))
        if "known" in one and "asked" in one and check.card and check.card.peak():
            spent = one["asked"]["seconds"] - one["known"]["seconds"]
            if spent > 0:
                one["teacherShareOfPeak"] = one["forwardOperations"]["teacher"] / spent / check.card.peak()
    return attempts.end()


def whole(answer):
    seconds = middle(answer["rounds"])
    outside = statistics.median(each["seconds"] - each["kernelSeconds"] for each in answer["rounds"])
    return dict(seconds=seconds, outside=outside / seconds, card=answer["card"])


def ways(check, batch, answer):
    """Both ways to teach from one answer, or the one that it has."""
    student, teacher = 3 * answer["forwardOperations"]["student"], answer["forwardOperations"]["teacher"]
    found = dict(known=summary(check, batch, answer, student))
    if "asked" in answer:
        found["asked"] = summary(check, batch, answer["asked"], student + teacher)
    return found


def summary(check, batch, counted, operations):
    seconds = middle(counted["rounds"])
    found = dict(seconds=seconds, pairsPerSecond=batch / seconds, operationsPerSecond=operations / seconds,
                 hostBytes=counted["hostBytes"], deviceBytes=counted["deviceBytes"], card=counted["card"])
    if check.card and check.card.peak():
        found["shareOfPeak"] = found["operationsPerSecond"] / check.card.peak()
    return found


def rivals(check, clock, ways):
    """PyTorch's steps of the same shapes, batches and texts, on the same device."""
    torch = check.place.torch
    if torch is None:
        raise Skipped("no PyTorch is installed")
    if check.card and not torch.sees_card:
        raise Failed(f"PyTorch {torch.version} sees no GPU, and the driver has {check.card.name}")
    attempts = Attempts(clock, clock.left() / 2)
    for shape, batch, _ in check.steps() if check.card else check.steps()[:1]:
        for way in ways:
            answer = attempts.make(f"{shape} {way}", lambda bound, step=(shape, batch, way): rival(check, bound, step))
            if answer is not None:
                attempts.found.setdefault(shape, {})[way] = answer
    return attempts.end()


def rival(check, clock, step):
    shape, batch, way = step
    ours = check.found.get("steps", {}).get("found", {}).get(shape, {})
    words = [check.place.torch.python, RIVAL, "--device", "cuda" if check.card else "cpu", "--shape", shape, "--batch", str(batch),
             "--way", way, "--precision", precision(check), "--rounds", check.rounds(), "--tokens", str(ours.get("tokens", CAPTION))]
    log = check.place.log(f"torch-{shape}-{way}")
    with check.watch() as watch:
        said = programs.call(words, log, clock, check.place.torch.environment())
    answer = json.loads([line for line in said.splitlines() if line.startswith("{")][-1])
    missing = watch.missing(answer.get("peakBytes", 0))
    if missing:
        raise Failed(missing)
    for teacher in ("known", "asked"):
        answer[teacher]["card"] = watch.found(answer[teacher])
    return dict(answer, card=watch.found())


def torch(check, clock):
    """Eager, by plain products, and with PyTorch's fused attention."""
    return rivals(check, clock, ("eager", "fused"))


def compiled(check, clock):
    """torch.compile, with fused attention."""
    if not check.card:
        raise Skipped("without a GPU: scripts/compare --compiled holds steps on a processor against it")
    return rivals(check, clock, ("compiled",))


def data(check, clock):
    """JPEGs of 640 x 480 to pixels of 224 x 224 on all cores, decoded in full and at a reduced scale."""
    cores = len(os.sched_getaffinity(0))
    found = dict(cores=cores)
    for name, more in (("full", []), ("reduced", ["--reduced"]))[:1 if check.quick else None]:
        answer = check.place.repeat(f"data-{name}", clock, "pictures", "--threads", str(cores), "--rounds", check.rounds(), *more)
        found[name] = dict(picturesPerSecond=answer["pictures"] / middle(answer["rounds"]))
    return found


# Name, function, seconds at most: in the order of their worth.
PARTS = (("probe", probe, 70), ("kernels", kernels, 60), ("tiny", tiny, 180), ("steps", steps, 230), ("torch", torch, 120),
         ("data", data, 40), ("compiled", compiled, 240))


def run(function, check, seconds):
    """@return the part's record: how it ended, why, how long it took, what it found"""
    begun = time.monotonic()
    try:
        outcome = dict(status="passed", found=function(check, Clock(seconds)))
    except Skipped as reason:
        outcome = dict(status="skipped", reason=str(reason))
    except Failed as error:
        outcome = dict(status="failed", reason=str(error), found=getattr(error, "found", {}))
    except (OSError, ValueError, KeyError, IndexError) as error:
        outcome = dict(status="failed", reason=f"{type(error).__name__}: {error}", found={})
    finally:
        programs.end_all()
    return dict(outcome, seconds=time.monotonic() - begun)
