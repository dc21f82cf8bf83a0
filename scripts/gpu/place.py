"""What is used here: the JDK and the jar, an installed PyTorch and the Python that imports it, the glue between both."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import programs

SCRIPTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
ROOT = os.path.dirname(SCRIPTS)
PACKED = os.path.join(ROOT, "runtime.tar.xz")
OWN_TORCH = "2.7.1"
ASK = "import json, torch; print(json.dumps([torch.__version__, torch.version.cuda, torch.__path__[0], torch.cuda.is_available()]))"


class WrongUse(Exception):
    """One line for whoever started this."""


class Torch:
    """An installed PyTorch."""

    def __init__(self, python, path, answer):
        self.python = python
        self.path = path
        self.version, self.cuda, self.folder, self.sees_card = answer

    def environment(self):
        environment = dict(os.environ)
        if self.path:
            environment["PYTHONPATH"] = self.path
        return environment


def _asked(python, path):
    environment = dict(os.environ, **({"PYTHONPATH": path} if path else {}))
    try:
        done = subprocess.run([python, "-c", ASK], env=environment, capture_output=True, timeout=120, text=True)
        return Torch(python, path, json.loads(done.stdout.strip().splitlines()[-1])) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def torch(folder):
    """The PyTorch in a folder, or the one that Python imports. @return none where there is none"""
    path = None
    pythons = [sys.executable]
    if folder:
        folder = os.path.realpath(folder)
        if not os.path.isfile(os.path.join(folder, "lib", "libtorch.so")):
            raise WrongUse(f"--torch [{folder}] has no lib/libtorch.so; name the folder torch of an installed PyTorch")
        path = os.path.dirname(folder)
        version = re.search(r"python3\.\d+", path)
        beside = os.path.join(path, "..", "..", "..", "bin", "python3")
        pythons = [os.path.normpath(beside)] + ([version.group()] if version else []) + pythons
    for python in pythons + ["python3", "python"]:
        found = shutil.which(python)
        answer = _asked(found, path) if found else None
        if answer:
            return answer
    if folder:
        raise WrongUse(f"--torch [{folder}] is imported by none of {', '.join(pythons)}; put the Python that it is for in PATH")
    return None


class Place:
    """Where the jar runs."""

    def __init__(self, java, jar, glue, out, found, card):
        self.java, self.jar, self.out, self.torch, self.card = java, jar, out, found, card
        self.scratch = os.path.join(out, "logs")
        os.makedirs(self.scratch, exist_ok=True)
        self.whole = any(name.endswith("libtorch_cpu.so") for name in zipfile.ZipFile(jar).namelist())
        self.glue = glue
        self.reason = self._why_not()
        self.installed = found is not None and not self.reason
        if self.installed:
            self._lay_glue()

    def _why_not(self):
        """Why the installed PyTorch cannot serve the jar; empty where it does."""
        if self.torch is None:
            return "no PyTorch is installed"
        if self.glue is None and self.torch.version.split("+")[0] != OWN_TORCH:
            return f"PyTorch {self.torch.version} needs --glue FILE: the jar's own fits {OWN_TORCH} (docs/gpu.md)"
        return ""

    def usable(self):
        """Why the jar can compute nothing here; empty where it can."""
        return "" if self.installed or self.whole else self.reason

    def _flavor(self):
        return "cu128" if self.card else "cpu"

    def _lay_glue(self):
        """DJL takes the glue that lies where it would unpack its own."""
        if self.glue is None:
            return
        with zipfile.ZipFile(self.jar) as jar:
            version = re.search(r"version=(\S+)", jar.read("native/lib/pytorch.properties").decode()).group(1)
            djl = re.search(r"djl_version=(\S+)", jar.read("native/lib/pytorch.properties").decode())
            own = re.search(r"jni_version=\S+?-(\S+)", jar.read("jnilib/pytorch.properties").decode())
        api = (own or djl).group(1)
        folder = os.path.join(self.out, "engine", "pytorch", f"{version}-{self._flavor()}-linux-x86_64")
        os.makedirs(folder, exist_ok=True)
        shutil.copy(self.glue, os.path.join(folder, f"{api}-libdjl_torch.so"))

    def environment(self, **more):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTORCH_", "DJL_"))}
        environment["ENGINE_CACHE_DIR"] = os.path.join(self.out, "engine") if self.installed else os.environ.get(
            "ENGINE_CACHE_DIR", os.path.join(self.out, "engine"))
        environment["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
        if self.installed:
            environment["PYTORCH_LIBRARY_PATH"] = os.path.join(self.torch.folder, "lib")
            environment["PYTORCH_FLAVOR"] = self._flavor()
        environment.update(more)
        return environment

    def command(self, *words, options=()):
        return [self.java, *options, "-jar", self.jar, *words]

    def log(self, name):
        return os.path.join(self.scratch, name + ".txt")

    def repeat(self, name, clock, *words, options=()):
        """One line of JSON by the jar's command repeat."""
        said = programs.call(self.command("repeat", *words, options=options), self.log(name), clock, self.environment())
        lines = [line for line in said.splitlines() if line.startswith("{")]
        if not lines:
            raise programs.Failed(f"repeat {words[0]} printed no JSON: {programs.tail(self.log(name))}")
        return json.loads(lines[-1])


def _unpack(out):
    """The bundle's JDK, jar and glue. @return their folder"""
    folder = os.path.join(out, "runtime")
    if not os.path.isdir(folder):
        beside = folder + ".part"
        shutil.rmtree(beside, ignore_errors=True)
        with tarfile.open(PACKED, "r:xz") as packed:
            packed.extractall(beside)
        os.rename(beside, folder)
    return folder


def find(arguments, card):
    """The place that the arguments name."""
    out = os.path.abspath(arguments.out)
    os.makedirs(out, exist_ok=True)
    glue = arguments.glue or os.environ.get("TINYCLIP_GLUE")
    if os.path.exists(PACKED):
        folder = _unpack(out)
        java, jar = os.path.join(folder, "jdk", "bin", "java"), os.path.join(folder, "coordinator.jar")
        packed = os.path.join(folder, "libdjl_torch.so")
        glue = glue or (packed if os.path.exists(packed) else None)
    else:
        home = os.environ.get("JAVA_HOME")
        java = os.path.join(home, "bin", "java") if home else shutil.which("java")
        jar = os.path.abspath(arguments.jar or os.path.join(ROOT, "cluster", "target", "coordinator.jar"))
    if not java or not os.path.exists(java):
        raise WrongUse("there is no java in PATH or JAVA_HOME; install a JDK 17, or use the bundle (docs/gpu.md)")
    if not os.path.isfile(jar):
        raise WrongUse(f"[{jar}] is not there; build it by mvn -DskipTests package, or name it by --jar FILE")
    if glue and not os.path.isfile(glue):
        raise WrongUse(f"--glue [{glue}] is not there; docs/gpu.md says how it is made")
    return Place(java, jar, glue, out, torch(arguments.torch), card)
