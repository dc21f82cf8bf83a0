package io.tinyclip.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Wraps TorchScript source into an archive in memory and has libtorch compile it. */
public final class ScriptArchive {
    private static final String HEAD = "class K(Module):\n  __parameters__ = []\n  __buffers__ = []\n";
    /** An empty tuple, pickled. */
    private static final byte[] CONSTANTS = {(byte) 0x80, 2, ')', '.'};
    /** An object of class {@code __torch__.K} without attributes, pickled. */
    private static final byte[] OBJECT =
            "\u0080\u0002c__torch__\nK\nq\u0000)\u0081}(ubq\u0001.".getBytes(StandardCharsets.ISO_8859_1);

    private ScriptArchive() {}

    /**
     * Compiles the methods of class K.
     *
     * @param methods source, indented by two spaces
     * @return the script; it lives as long as the scope
     */
    public static Script compile(TensorScope scope, String methods) {
        try {
            return scope.compile(zip(HEAD + methods));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zip(String source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            add(zip, "k/data.pkl", OBJECT);
            add(zip, "k/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            add(zip, "k/constants.pkl", CONSTANTS);
            add(zip, "k/version", "3\n".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
