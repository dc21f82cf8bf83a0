"""The command line of scripts/gpu-check."""

import argparse
import json
import os
import platform
import sys
import time

import bundle
import card as cards
import parts
import place as places
import programs
import table

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
MOST_MINUTES = 60
# How much longer a part may take on a processor, which others may use meanwhile.
SLOWER = 2


class OneLine(argparse.ArgumentParser):
    def error(self, message):
        raise places.WrongUse(message)


def parsed(words):
    parser = OneLine(add_help=False, allow_abbrev=False)
    parser.add_argument("command", nargs="?", choices=["check", "bundle"], default="check")
    for name in ("--torch", "--glue", "--jar"):
        parser.add_argument(name)
    parser.add_argument("--out")
    parser.add_argument("--only", default=",".join(name for name, _, _ in parts.PARTS))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args(words)
    known = [name for name, _, _ in parts.PARTS]
    unknown = [name for name in arguments.only.split(",") if name not in known]
    if unknown:
        raise places.WrongUse(f"--only [{unknown[0]}] must be some of {', '.join(known)}, by commas")
    if not 0 < arguments.minutes <= MOST_MINUTES:
        raise places.WrongUse(f"--minutes [{arguments.minutes:g}] must be above 0 to {MOST_MINUTES}")
    if arguments.command == "bundle" and not arguments.out:
        raise places.WrongUse("bundle needs --out DIR")
    arguments.out = arguments.out or os.path.join("runs", "gpu-check")
    return arguments


def main(usage, words):
    if "--help" in words or "-h" in words:
        print(usage.strip())
        return DONE
    programs.ended_by_signals()
    try:
        arguments = parsed(words)
        return bundle.make(arguments) if arguments.command == "bundle" else check(arguments)
    except places.WrongUse as error:
        print(f"gpu-check: {error}", file=sys.stderr)
        return WRONG_USE
    except programs.Failed as error:
        print(f"gpu-check: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("gpu-check: interrupted", file=sys.stderr)
        return INTERRUPTED
    finally:
        programs.end_all()


def check(arguments):
    begun = time.monotonic()
    whole = programs.Clock(60 * arguments.minutes)
    card, why = cards.find()
    if arguments.quick:
        card, why = None, "no GPU asked for: --quick"
    place = places.find(arguments, card)
    one = parts.Check(place, card, arguments.quick)
    about = heading(place, card, why, one)
    print("\n".join(f"{name}: {value}" for name, value in about.items()), flush=True)
    asked = arguments.only.split(",")
    for name, function, seconds in parts.PARTS:
        if name not in asked:
            continue
        if whole.left() < 1:
            found = dict(status="skipped", reason=f"the {arguments.minutes:g} minutes are over", seconds=0.0)
        else:
            found = parts.run(function, one, min(seconds * (1 if one.card else SLOWER), whole.left()))
        one.found[name] = found
        write(place.out, name + ".json", json.dumps(found, indent=2))
        print(f"{name}: {found['status']}, {found['seconds']:.0f} s" + (f": {found['reason']}" if "reason" in found else ""), flush=True)
    seconds = time.monotonic() - begun
    write(place.out, "gpu-check.json", json.dumps(dict(about=about, seconds=seconds, parts=one.found), indent=2))
    lines = [f"{'; '.join(f'{name} {value}' for name, value in about.items())}; {seconds:.0f} s in all", ""] + table.of(one.found)
    write(place.out, "table.md", "\n".join(lines) + "\n")
    print("\n" + "\n".join(lines), flush=True)
    return FAILED if any(found["status"] == "failed" for found in one.found.values()) else DONE


def heading(place, card, why, one):
    about = dict(device=f"{card.name}, {card.bytes >> 30} GiB, driver {card.driver}" if card else why)
    about["computed on"] = "cuda:0" if one.card else "the processor, by the copying path"
    about["processor"] = f"{processor()}, {len(os.sched_getaffinity(0))} cores"
    about["PyTorch"] = f"{place.torch.version} under Python {platform.python_version()}" if place.torch else "none"
    about["libtorch of the jar"] = place.torch.version if place.installed else places.OWN_TORCH if place.whole else "none"
    if place.reason and place.torch:
        about["not used"] = place.reason
    return about


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def write(folder, name, text):
    beside = os.path.join(folder, name + ".part")
    with open(beside, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, os.path.join(folder, name))
