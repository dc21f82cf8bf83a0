"""What scripts/gpu-check makes of a card, with a stand-in for it: python3 -m unittest, in this folder."""

import threading
import time
import unittest

import card
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
                     found={"40m": {"eager": dict(version="2.11", known=dict(seconds=0.3, pairsPerSecond=13653.0))}})
        lines = "\n".join(table.of(dict(steps=self.STEPS, torch=torch)))
        self.assertIn("10240 pairs/s, 0.400 s, 400.00 TFLOP/s, 40 % of peak, 16.0 GiB, card busy ? % | 8000: met", lines)
        self.assertIn("20.0 % | below 5 %: missed", lines)
        self.assertIn("| torch | **failed** | not done in its time |", lines)
        self.assertIn("ours takes 1.33 of it | 1.15: missed", lines)

    def test_a_part_that_found_nothing_has_one_line(self):
        for part in table.ROWS:
            self.assertEqual(3, len(table.of({part: dict(status="failed", reason="why", seconds=1.0, found={})})), part)


if __name__ == "__main__":
    unittest.main()
