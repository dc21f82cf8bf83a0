"""The GPU as its driver tells of it: asked by NVML, which takes no memory there and needs no PyTorch."""

import ctypes
import threading
import time

LIBRARY = "libnvidia-ml.so.1"
DRIVER = "libcuda.so.1"
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
        """Percent of the last fraction of a second in which some kernel ran; none where a card does not tell, as a part of one."""
        rates = _Rates()
        answer = self._library.nvmlDeviceGetUtilizationRates(self._handle, ctypes.byref(rates))
        return rates.gpu if answer == 0 else None

    def peak(self):
        return peak(self.name)


class UnwatchedCard:
    """The first GPU where NVML is not there, as in some containers: what takes memory there is known from the programs alone."""

    def __init__(self, library):
        device, name, total, version = ctypes.c_int(), ctypes.create_string_buffer(96), ctypes.c_size_t(), ctypes.c_int()
        for answer in (library.cuInit(0), library.cuDeviceGet(ctypes.byref(device), 0), library.cuDeviceGetName(name, 96, device),
                       library.cuDeviceTotalMem_v2(ctypes.byref(total), device), library.cuDriverGetVersion(ctypes.byref(version))):
            if answer != 0:
                raise OSError(f"CUDA answers [{answer}]")
        self.name, self.bytes, self.driver = name.value.decode(), total.value, f"for CUDA {version.value // 1000}"

    def used(self):
        return None

    def busy(self):
        return None

    def peak(self):
        return peak(self.name)


def peak(name):
    """bf16's peak in operations a second; none for a card that is not listed."""
    found = max((known for known in PEAKS if known in name), key=len, default=None)
    return PEAKS[found] * 1e12 if found and PEAKS[found] else None


def find():
    """@return the first GPU and nothing, or nothing and why there is none"""
    reasons = []
    for name, of in ((LIBRARY, _by_nvml), (DRIVER, UnwatchedCard)):
        try:
            return of(ctypes.CDLL(name)), ""
        except (OSError, AttributeError) as error:
            reasons.append(str(error).split(": cannot open")[0])
    return None, "no GPU: " + ", ".join(reasons) + " of NVIDIA's driver"


def _by_nvml(library):
    answer = library.nvmlInit_v2()
    if answer != 0:
        raise OSError(f"NVML answers [{answer}]")
    return Card(library)


class Watch:
    """Looks at the card while a program runs: what it takes, and how much of the time kernels ran."""

    def __init__(self, card, now=time.time):
        self._card, self._now = card, now
        self._done = threading.Event()
        self._busy = []  # seconds since the epoch, percent
        self._most = 0

    def __enter__(self):
        self._before = self._card.used() if self._card else None
        self._thread = threading.Thread(target=self._look, daemon=True)
        if self._before is not None:
            self._thread.start()
        return self

    def _look(self):
        while not self._done.wait(EVERY_SECONDS):
            self._most = max(self._most, self._card.used())
            self._busy.append((self._now(), self._card.busy()))

    def __exit__(self, *ending):
        self._done.set()
        if self._before is not None:
            self._thread.join()

    def found(self, counted=None):
        """
        Bytes taken and the most of busy time; empty without a card that tells. The middle of busy time is of the rounds that
        count: before them the program starts, and makes what it works on. None where nobody looked meanwhile.

        @param counted has the rounds' seconds, and when the last of them ended
        """
        if self._before is None:
            return {}
        found = dict(takenBytes=max(0, self._most - self._before))
        busy = [(at, share) for at, share in self._busy if share is not None]
        if busy:
            found["busyMost"] = max(share for _, share in busy)
        if counted:
            ended = counted["endedAt"]
            begun = ended - sum(each["seconds"] for each in counted["rounds"])
            meanwhile = sorted(share for at, share in busy if begun <= at <= ended)
            if meanwhile:
                found["busyMiddle"] = meanwhile[len(meanwhile) // 2]
        return found

    def missing(self, told=None):
        """
        Why kernels cannot have run on the card; nothing where they did, or where there is none.

        @param told bytes that are taken there by the program's own word, where the card is not watched
        """
        found = self.found()
        taken = found.get("takenBytes", told)
        if self._card and taken is not None and taken < LEAST_BYTES:
            return f"its kernels did not run on the card: {taken >> 20} MiB were taken there, below {LEAST_BYTES >> 20}"
        if found.get("busyMost") == 0:
            return "its kernels did not run on the card, which was idle throughout"
        return ""
