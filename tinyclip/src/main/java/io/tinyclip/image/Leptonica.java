package io.tinyclip.image;

import com.sun.jna.Function;
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

    /** As of old and as Pillow: bytes that can be stepped over are no reason to refuse a picture. */
    private static final int CONTINUE_WITH_BAD_DATA = 2;

    private static @Nullable Function decoder;

    private Leptonica() {}

    /**
     * Decodes a JPEG, by {@code pixReadMemJpeg}.
     *
     * @param scale 1, 2, 4 or 8, by which sides are divided
     * @return to be given to {@link #pixDestroy}; null if the file is damaged
     * @throws InvalidInputException if the library cannot be unpacked or loaded, with the remedy
     */
    static @Nullable Pointer decode(byte[] jpeg, int scale) {
        NativeLong size = new NativeLong(jpeg.length);
        // Without a table of colours, and without a count of warnings.
        return decoder().invokePointer(new Object[] {jpeg, size, 0, scale, Pointer.NULL, CONTINUE_WITH_BAD_DATA});
    }

    /** All functions can be called once this has been. */
    private static synchronized Function decoder() {
        if (decoder != null) {
            return decoder;
        }
        String platform = "linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64");
        Path file = NativeFile.unpack(
                "/org/bytedeco/leptonica/" + platform + "/" + NAME, "leptonica/" + VERSION + "-" + platform);
        try {
            NativeLibrary library = NativeLibrary.getInstance(file.toString());
            Native.register(Leptonica.class, library);
            setMsgSeverity(SILENT);
            decoder = library.getFunction("pixReadMemJpeg");
            return decoder;
        } catch (UnsatisfiedLinkError e) {
            throw new InvalidInputException(
                    "cannot load [" + file + "] (" + e.getMessage()
                            + "); set ENGINE_CACHE_DIR to a folder from which programs may run",
                    e);
        }
    }

    /** @return the severity before */
    private static native int setMsgSeverity(int severity);

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
