"""The GPU as its driver tells of it: asked by NVML, which takes no memory there and needs no PyTorch."""

import ctypes
import threading
import time

LIBRARY = "libnvidia-ml.so.1"
EVERY_SECONDS = 0.1
# A CUDA context with libtorch's kernels, and the weights on top of it; nobody else may use the card meanwhile.
LEAST_BYTES = 200 << 20
# Dense bf16 by the makers' data sheets, in 10^12 operations a second; the longest name that fits counts.
PEAKS = {"V100": 0, "T4": 0, "A10": 125, "A100": 312, "L4": 121, "L40S": 362, "H100 PCIe": 756, "H100": 989, "H200": 989,
         "B200": 2250}


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class _Rates(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class Card:
    """The first GPU."""

    def __init__(self, library):
        self._library = library
        self._handle = ctypes.c_void_p()
        self._require("nvmlDeviceGetHandleByIndex_v2", 0, ctypes.byref(self._handle))
        self.name = self._text("nvmlDeviceGetName", self._handle)
        self.driver = self._text("nvmlSystemGetDriverVersion")
        self.bytes = self._memory().total

    def _require(self, function, *arguments):
        answer = getattr(self._library, function)(*arguments)
        if answer != 0:
            raise OSError(f"the driver answers [{answer}] to {function}")

    def _text(self, function, *arguments):
        text = ctypes.create_string_buffer(96)
        self._require(function, *arguments, text, ctypes.c_uint(96))
        return text.value.decode()

    def _memory(self):
        memory = _Memory()
        self._require("nvmlDeviceGetMemoryInfo", self._handle, ctypes.byref(memory))
        return memory

    def used(self):
        return self._memory().used

    def busy(self):
        """Percent of the last fraction of a second in which some kernel ran."""
        rates = _Rates()
        self._require("nvmlDeviceGetUtilizationRates", self._handle, ctypes.byref(rates))
        return rates.gpu

    def peak(self):
        """bf16's peak in operations a second; none for a card that is not listed."""
        found = max((name for name in PEAKS if name in self.name), key=len, default=None)
        return PEAKS[found] * 1e12 if found and PEAKS[found] else None


def find():
    """@return the first GPU and nothing, or nothing and why there is none"""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None, "no GPU: " + LIBRARY + " of NVIDIA's driver is not there"
    try:
        if library.nvmlInit_v2() != 0:
            return None, "no GPU: NVIDIA's driver does not answer"
        return Card(library), ""
    except OSError as error:
        return None, f"no GPU: {error}"


class Watch:
    """Looks at the card while a program runs: what it takes, and how much of the time kernels ran."""

    def __init__(self, card):
        self._card = card
        self._done = threading.Event()
        self._busy = []
        self._most = 0

    def __enter__(self):
        self._before = self._card.used() if self._card else 0
        self._thread = threading.Thread(target=self._look, daemon=True)
        if self._card:
            self._thread.start()
        return self

    def _look(self):
        while not self._done.wait(EVERY_SECONDS):
            self._most = max(self._most, self._card.used())
            self._busy.append((time.monotonic(), self._card.busy()))

    def __exit__(self, *ending):
        self._done.set()
        if self._card:
            self._thread.join()

    def found(self):
        """Bytes taken, most and middle share of busy time; empty without a card."""
        if not self._card:
            return {}
        busy = sorted(share for _, share in self._busy) or [0]
        return dict(takenBytes=max(0, self._most - self._before), busyMost=busy[-1], busyMiddle=busy[len(busy) // 2])

    def missing(self):
        """Why kernels cannot have run on the card; nothing where they did, or where there is none."""
        found = self.found()
        if found and found["takenBytes"] < LEAST_BYTES:
            return f"its kernels did not run on the card: it took {found['takenBytes'] >> 20} MiB there, below {LEAST_BYTES >> 20}"
        if found and found["busyMost"] == 0:
            return "its kernels did not run on the card, which was idle throughout"
        return ""
