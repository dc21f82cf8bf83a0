package io.tinyclip.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
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
     * @return the block; it lives as long as the manager
     */
    public static PtSymbolBlock compile(NDManager manager, String methods) {
        try {
            byte[] archive = zip(HEAD + methods);
            return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** DJL's way to name the method to call: an array whose name says it. The first array's manager gets the results. */
    public static NDArray method(NDArray beside, String name) {
        NDArray tag = beside.getManager().create(0);
        tag.setName("module_method:" + name);
        return tag;
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
