package io.tinyclip.image;

import com.sun.jna.Function;
import com.sun.jna.Memory;
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
 * The few functions of Leptonica by which libjpeg-turbo 3.0.1 is called, which it carries, and two of libwebp 1.3.2, which it
 * carries, too; the jar brings it, so that every machine decodes with the same. Names are theirs. Open {@code jpegio.c} of
 * Leptonica and {@code decode.h} of libwebp for what they do.
 */
final class Leptonica {
    /** Of the dependency in pom.xml; the last one that needs no later C library than libtorch. */
    private static final String VERSION = "1.84.1-1.5.10";

    private static final String NAME = "libleptonica.so.6";
    /** Of messages: none. */
    private static final int SILENT = 6;

    /** As of old and as Pillow: bytes that can be stepped over are no reason to refuse a picture. */
    private static final int CONTINUE_WITH_BAD_DATA = 2;

    private static @Nullable NativeLibrary library;

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
        return function("pixReadMemJpeg")
                .invokePointer(new Object[] {jpeg, size, 0, scale, Pointer.NULL, CONTINUE_WITH_BAD_DATA});
    }

    /**
     * Decodes a WebP picture that does not move, by {@code WebPDecodeRGBInto}; transparency is dropped.
     *
     * @param rgb gets red, green and blue of each pixel, row by row
     * @param width of the picture
     * @return whether it is whole
     */
    static boolean decodeWebp(byte[] webp, byte[] rgb, int width) {
        NativeLong size = new NativeLong(webp.length);
        Object[] arguments = {webp, size, rgb, new NativeLong(rgb.length), width * 3};
        return function("WebPDecodeRGBInto").invokePointer(arguments) != null;
    }

    /**
     * The libraries say alike that they have no memory and that a file is damaged.
     *
     * @throws OutOfMemoryError if there are not so many bytes
     */
    static void requireMemory(long bytes) {
        new Memory(bytes).close();
    }

    private static Function function(String name) {
        return library().getFunction(name);
    }

    /** All functions can be called once this has been. */
    private static synchronized NativeLibrary library() {
        if (library != null) {
            return library;
        }
        String platform = "linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64");
        Path file = NativeFile.unpack(
                "/org/bytedeco/leptonica/" + platform + "/" + NAME, "leptonica/" + VERSION + "-" + platform);
        try {
            NativeLibrary loaded = NativeLibrary.getInstance(file.toString());
            Native.register(Leptonica.class, loaded);
            setMsgSeverity(SILENT);
            library = loaded;
            return loaded;
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
