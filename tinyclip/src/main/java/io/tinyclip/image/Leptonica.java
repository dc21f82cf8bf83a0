package io.tinyclip.image;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.tinyclip.engine.NativeFile;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The few functions of Leptonica by which libjpeg-turbo 3.0.1 is called, which it carries; the jar brings it, so that every
 * machine decodes with the same. Names are Leptonica's. Open {@code jpegio.c} of Leptonica for what they do.
 */
final class Leptonica {
    /** Of the dependency in pom.xml; the last one that needs no later C library than libtorch. */
    private static final String VERSION = "1.84.1-1.5.10";

    private static final String NAME = "libleptonica.so.6";
    /** Of messages: none. */
    private static final int SILENT = 6;

    private static boolean loaded;

    private Leptonica() {}

    /**
     * Makes the functions callable.
     *
     * @throws InvalidInputException if the library cannot be unpacked or loaded, with the remedy
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        String platform = "linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64");
        Path file = NativeFile.unpack(
                "/org/bytedeco/leptonica/" + platform + "/" + NAME, "leptonica/" + VERSION + "-" + platform);
        try {
            Native.register(Leptonica.class, NativeLibrary.getInstance(file.toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new InvalidInputException(
                    "cannot load [" + file + "] (" + e.getMessage()
                            + "); set ENGINE_CACHE_DIR to a folder from which programs may run",
                    e);
        }
        setMsgSeverity(SILENT);
        loaded = true;
    }

    /** @return the severity before */
    private static native int setMsgSeverity(int severity);

    /**
     * @param colormap 0: none
     * @param reduction 1, 2, 4 or 8, by which sides are divided
     * @param warnings gets their count; null for none
     * @param hint flags
     * @return to be given to {@link #pixDestroy}; null if the file is damaged
     */
    static native @Nullable Pointer pixReadMemJpeg(
            byte[] data, NativeLong size, int colormap, int reduction, @Nullable Pointer warnings, int hint);

    /** The first word of the first row. */
    static native Pointer pixGetData(Pointer pix);

    static native int pixGetWidth(Pointer pix);

    static native int pixGetHeight(Pointer pix);

    /** 32-bit words of a row. */
    static native int pixGetWpl(Pointer pix);

    /** Bits of a pixel. */
    static native int pixGetDepth(Pointer pix);

    /** Frees a picture and sets the pointer to null. */
    static native void pixDestroy(PointerByReference pix);
}
