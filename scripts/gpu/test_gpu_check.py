"""What scripts/gpu-check makes of a card, with a stand-in for it: python3 -m unittest, in this folder."""

import os
import tempfile
import threading
import time
import types
import unittest
from unittest import mock

import card
import parts
import table


class StandIn:
    """A card whose memory is taken after its first reading."""

    def __init__(self, taken, busy):
        self.taken, self.share = taken, busy
        self.asked = 0
        self.looked = threading.Event()

    def used(self):
        self.asked += 1
        return 1000 if self.asked == 1 else None if self.taken is None else 1000 + self.taken

    def busy(self):
        self.looked.set()
        return self.share


class Silent(StandIn):
    def used(self):
        return None


def watched(stand_in):
    with card.Watch(stand_in) as watch:
        if not isinstance(stand_in, Silent):
            stand_in.looked.wait(10)
            time.sleep(0)
    return watch


class ProofTest(unittest.TestCase):
    def test_memory_and_kernels_are_proof(self):
        self.assertEqual("", watched(StandIn(1 << 30, 40)).missing())

    def test_a_card_that_is_idle_computed_nothing(self):
        self.assertIn("idle throughout", watched(StandIn(1 << 30, 0)).missing())

    def test_memory_that_nobody_took_is_no_proof(self):
        self.assertIn("0 MiB were taken", watched(StandIn(0, 40)).missing())

    def test_a_part_of_a_card_tells_of_memory_alone(self):
        self.assertEqual("", watched(StandIn(1 << 30, None)).missing())

    def test_without_nvml_the_program_itself_must_have_memory_there(self):
        self.assertEqual("", watched(Silent(0, None)).missing(1 << 30))
        self.assertIn("0 MiB were taken", watched(Silent(0, None)).missing(1000))

    def test_without_a_card_there_is_nothing_to_prove(self):
        with card.Watch(None) as watch:
            pass
        self.assertEqual(("", {}), (watch.missing(0), watch.found()))


class Scripted(StandIn):
    """A card that is as busy as is written at each time that it is looked at."""

    def __init__(self, shares):
        super().__init__(1 << 30, None)
        self.shares = iter(shares)

    def now(self):
        at, self.share = next(self.shares, (None, None))
        return at

    def busy(self):
        if self.share is None:
            self.looked.set()
        return self.share


class BusyTest(unittest.TestCase):
    SHARES = ((1, 0), (2, 5), (3, 10), (4, 90), (5, 95), (6, 80), (7, 20))

    def found(self, counted=None):
        scripted = Scripted(self.SHARES)
        with mock.patch.object(card, "EVERY_SECONDS", 0.001), card.Watch(scripted, scripted.now) as watch:
            self.assertTrue(scripted.looked.wait(10))
        return watch.found(counted)

    def test_readings_outside_of_the_rounds_that_count_do_not(self):
        rounds = [dict(seconds=1), dict(seconds=1.5)]
        self.assertEqual(dict(takenBytes=1 << 30, busyMost=95, busyMiddle=90), self.found(dict(rounds=rounds, endedAt=6.25)))

    def test_there_is_no_middle_where_nobody_looked_meanwhile_or_nothing_counts(self):
        self.assertEqual(dict(takenBytes=1 << 30, busyMost=95), self.found(dict(rounds=[dict(seconds=0.5)], endedAt=3.75)))
        self.assertEqual(dict(takenBytes=1 << 30, busyMost=95), self.found())


class Played(parts.Runs):
    """Runs that are written down instead of made; the one that is to be killed is half way at once."""

    def __init__(self, check):
        super().__init__(check, None)
        self.told = []

    def start(self, name, workers):
        self.told.append(f"start {name} {workers}")
        os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        with open(os.path.join(self.folder, name, "metrics.jsonl"), "w", encoding="utf-8") as file:
            file.write("{}\n" * (self.steps // 2))
        return name

    def finish(self, name, child):
        self.told.append("finish " + name)
        return dict(digest="d", numericClass="libtorch on a stand-in")


class TinyTest(unittest.TestCase):
    STARTS = ["start once 1", "start again 1", "start two-workers 2", "start three-workers 3", "start killed 2"]

    def played(self, stand_in):
        with tempfile.TemporaryDirectory() as out:
            place = types.SimpleNamespace(out=out, installed=True, usable=lambda: "")
            check = parts.Check(place, stand_in, False)
            runs = Played(check)
            with mock.patch.object(parts, "Runs", lambda *_: runs), \
                    mock.patch.object(parts.programs, "kill", lambda child: runs.told.append("kill " + child)), \
                    mock.patch.object(check, "watch", lambda: card.Watch(None)):
                return parts.tiny(check, None), runs.told

    def test_on_a_card_all_five_start_at_once_and_one_is_killed_beside_the_others(self):
        stand_in = StandIn(1 << 30, 40)
        stand_in.name = "stand-in"
        found, told = self.played(stand_in)
        self.assertEqual(self.STARTS + ["kill killed", "start killed 3"], told[:7])
        self.assertEqual(5, len([line for line in told[7:] if line.startswith("finish")]))
        self.assertEqual((125, 62, 5), (found["steps"], found["killedAt"], len(found["digests"])))

    def test_on_a_processor_one_follows_the_other(self):
        found, told = self.played(None)
        self.assertEqual(["start once 1", "finish once", "start again 1"], told[:3])
        self.assertEqual(["start killed 2", "kill killed", "start killed 3", "finish killed"], told[-4:])
        self.assertEqual((20, 10), (found["steps"], found["killedAt"]))


class Answering:
    """A jar that measures a step as it is asked to, in no time."""

    out, installed = "", True

    def __init__(self):
        self.asked, self.bounds = [], []

    def usable(self):
        return ""

    def repeat(self, name, clock, *words, options=()):
        self.asked.append(" ".join(words))
        self.bounds.append(clock.left())
        answer = dict(threads=4, tokens=17, forwardOperations=dict(student=2e12, teacher=6e12), hostBytes=1, deviceBytes=2,
                      rounds=[dict(seconds=0.5, kernelSeconds=0.4)] * 3, endedAt=10.0)
        asked = dict(askedRounds=[dict(seconds=0.75)] * 3, askedEndedAt=20.0, askedHostBytes=3, askedDeviceBytes=4)
        return dict(answer, **(asked if "both" in words else {}))


class StepsTest(unittest.TestCase):
    def test_one_answer_has_both_ways_to_teach_each_with_the_readings_of_its_own_rounds(self):
        stand_in = StandIn(1 << 30, 40)
        stand_in.name, stand_in.peak = "NVIDIA H200", lambda: card.peak("NVIDIA H200")
        scripted = [Scripted(((1, 0), (9, 60), (15, 0), (19, 70))) for _ in range(3)]
        watches = [card.Watch(each, each.now) for each in scripted]
        place = Answering()

        def repeat(*words, **more):
            self.assertTrue(scripted[len(place.asked)].looked.wait(10))
            return place.repeat(*words, **more)

        check = parts.Check(types.SimpleNamespace(installed=True, usable=place.usable, repeat=repeat), stand_in, False)
        with mock.patch.object(check, "watch", lambda: watches[len(place.asked)]), mock.patch.object(card, "EVERY_SECONDS", 0.001):
            found = parts.steps(check, parts.Clock(230))
        self.assertEqual(["40m", "l14"], list(found))
        for one in found.values():
            self.assertEqual((8192, 60), (one["known"]["pairsPerSecond"] * 4096 / one["batch"], one["known"]["card"]["busyMiddle"]))
            self.assertEqual((0.75, 70, 4), (one["asked"]["seconds"], one["asked"]["card"]["busyMiddle"], one["asked"]["deviceBytes"]))
            self.assertAlmostEqual(6e12 / 0.25 / 989e12, one["teacherShareOfPeak"])
        self.assertEqual([True, False, True], ["--teacher both" in words for words in place.asked])
        self.assertTrue(all("--threads 0" in words for words in place.asked), place.asked)
        self.assertTrue(all(70 < bound <= 75 for bound in place.bounds), place.bounds)
        self.assertAlmostEqual(0.2, found["40m"]["whole"]["outside"])


class PeakTest(unittest.TestCase):
    def test_the_longest_name_counts(self):
        self.assertEqual((989e12, 756e12, 312e12), tuple(map(card.peak, ("NVIDIA H200", "NVIDIA H100 PCIe", "NVIDIA A100-SXM4-80GB"))))
        self.assertIsNone(card.peak("NVIDIA GeForce"))


class TableTest(unittest.TestCase):
    STEPS = dict(status="passed", seconds=1.0, found={"40m": {
        "device": "cuda:0", "batch": 4096, "precision": "bf16", "teacherShareOfPeak": 0.3,
        "known": dict(seconds=0.4, pairsPerSecond=10240.0, operationsPerSecond=4e14, shareOfPeak=0.4, deviceBytes=1 << 34, card={}),
        "whole": dict(seconds=0.5, outside=0.2)}})

    def test_figures_stand_beside_their_goals(self):
        torch = dict(status="failed", reason="not done in its time", seconds=9.0,
                     found={"40m": {"eager": dict(version="2.11", known=dict(seconds=0.3, pairsPerSecond=13653.0)),
                                    "fused": dict(version="2.11", known=dict(seconds=0.25, pairsPerSecond=16384.0))}})
        lines = "\n".join(table.of(dict(steps=self.STEPS, torch=torch)))
        self.assertIn("10240 pairs/s, 0.400 s, 400.00 TFLOP/s, 40 % of peak, 16.0 GiB, card busy ? % | 8000: met", lines)
        self.assertIn("20.0 % | below 5 %: missed", lines)
        self.assertIn("| torch | **failed** | not done in its time |", lines)
        self.assertIn("ours takes 1.33 of it |  |", lines)
        self.assertIn("ours takes 1.60 of it | 1.15 of the fastest: missed", lines)

    def test_a_part_that_found_nothing_has_one_line(self):
        for part in table.ROWS:
            self.assertEqual(3, len(table.of({part: dict(status="failed", reason="why", seconds=1.0, found={})})), part)


if __name__ == "__main__":
    unittest.main()
