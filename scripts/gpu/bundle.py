"""Packs what a machine without a JDK and a network needs: a JDK of the modules that count, the jar without its libtorch, this script."""

import os
import re
import shutil
import subprocess
import tarfile
import zipfile

import place as places
import programs
from programs import Clock, Failed

MOST_BYTES = 64 << 20
SECONDS = 1800
# Names that stay of the libtorch in the jar: what tells which one it is, and that the jar is for this system.
KEPT = ("native/lib/pytorch.properties", "pytorch/cpu/linux-x86_64/libtorch.so")
LEFT_OUT = re.compile(r"pytorch/cpu/|native/lib/lib|org/jline/nativ/(Windows|Mac|FreeBSD)|com/sun/jna/(?!linux-x86-64/)[^/]+/.*\.(so|dll|a|jnilib)$"
                      r"|META-INF/maven/")
# Besides what jdeps sees: what is looked up by name.
MODULES = {"java.logging", "java.management", "java.naming", "jdk.crypto.ec", "jdk.unsupported", "jdk.management", "jdk.zipfs"}
WINDOWS = re.compile(r"lib(awt_xawt|splashscreen|jsound|jawt)\.so$")
SYSTEMS = re.compile(r"(linux-vdso|ld-linux|libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)[.-]")


def make(arguments):
    out = os.path.abspath(arguments.out)
    if os.path.exists(out):
        raise places.WrongUse(f"--out [{out}] is there already; name a folder that is not")
    jar = os.path.abspath(arguments.jar or os.path.join(places.ROOT, "cluster", "target", "coordinator.jar"))
    if not os.path.isfile(jar):
        raise places.WrongUse(f"[{jar}] is not there; build it by mvn -DskipTests package, or name it by --jar FILE")
    glue = arguments.glue or os.environ.get("TINYCLIP_GLUE")
    if glue and not os.path.isfile(glue):
        raise places.WrongUse(f"--glue [{glue}] is not there; docs/gpu.md says how it is made")
    work = out + ".part"
    shutil.rmtree(work, ignore_errors=True)
    try:
        pack(work, jar, glue)
        size = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(work) for name in names)
        if size > MOST_BYTES:
            raise Failed(f"the bundle has {size} bytes, above {MOST_BYTES}")
        os.rename(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{out}: {size / 2**20:.1f} MiB; there: python3 {os.path.basename(out)}/scripts/gpu-check --out results")
    return 0


def pack(work, jar, glue):
    runtime = os.path.join(work, "runtime")
    os.makedirs(runtime)
    clock = Clock(SECONDS)
    slim(jar, os.path.join(runtime, "coordinator.jar"))
    jdk(jar, os.path.join(runtime, "jdk"), os.path.join(work, "jlink.txt"), clock)
    if glue:
        shutil.copy(glue, os.path.join(runtime, "libdjl_torch.so"))
    with tarfile.open(os.path.join(work, "runtime.tar.xz"), "w:xz", preset=6) as packed:
        for name in sorted(os.listdir(runtime)):
            packed.add(os.path.join(runtime, name), name)
    shutil.rmtree(runtime)
    for log in ("jlink.txt",):
        os.remove(os.path.join(work, log))
    os.makedirs(os.path.join(work, "scripts"))
    shutil.copy(os.path.join(places.SCRIPTS, "gpu-check"), os.path.join(work, "scripts"))
    shutil.copytree(os.path.join(places.SCRIPTS, "gpu"), os.path.join(work, "scripts", "gpu"), ignore=shutil.ignore_patterns("__pycache__"))
    os.makedirs(os.path.join(work, "conf"))
    shutil.copy(os.path.join(places.ROOT, "conf", "tiny.conf"), os.path.join(work, "conf"))


def slim(jar, target):
    """A copy without libtorch and other systems' libraries, stored: the archive around it packs better than a jar does."""
    with zipfile.ZipFile(jar) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for entry in whole.infolist():
            if entry.filename in KEPT or not LEFT_OUT.match(entry.filename):
                copy.writestr(zipfile.ZipInfo(entry.filename, (1980, 2, 1, 0, 0, 0)), whole.read(entry))


def jdk(jar, target, log, clock):
    """The modules of the JDK that is here, and the libraries of this system that they lean on, for a system without them."""
    home = os.environ.get("JAVA_HOME")
    tool = lambda name: os.path.join(home, "bin", name) if home else name  # noqa: E731
    said = programs.call([tool("jdeps"), "--multi-release", "17", "--ignore-missing-deps", "--print-module-deps", jar], log, clock)
    modules = MODULES | set(said.strip().splitlines()[-1].split(","))
    programs.call([tool("jlink"), "--add-modules", ",".join(sorted(modules)), "--strip-debug", "--no-header-files", "--no-man-pages",
                   "--output", target], log, clock)
    # Debian's libjvm.so carries its symbols; they are a third of the whole.
    library = os.path.join(target, "lib")
    for name in os.listdir(library):
        if WINDOWS.search(name):
            os.remove(os.path.join(library, name))
    for name in sorted(os.listdir(library)):
        if name.endswith(".so"):
            lean(os.path.join(library, name), library)


def lean(library, folder):
    """Copies what a library of the JDK needs of this system beside it, where its own search path finds it."""
    said = subprocess.run(["ldd", library], capture_output=True, text=True, check=False).stdout
    for name, path in re.findall(r"(\S+) => (/\S+)", said):
        if not SYSTEMS.match(name) and not os.path.exists(os.path.join(folder, name)):
            shutil.copy(os.path.realpath(path), os.path.join(folder, name))
