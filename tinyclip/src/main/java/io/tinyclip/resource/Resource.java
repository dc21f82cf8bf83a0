package io.tinyclip.resource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads a file that lies beside a class in its jar; texts are UTF-8. */
public final class Resource {
    private static final String ZIPPED = ".gz";

    private Resource() {}

    public static byte[] bytes(Class<?> beside, String name) {
        try (InputStream in = open(beside, name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    public static String text(Class<?> beside, String name) {
        return new String(bytes(beside, name), StandardCharsets.UTF_8);
    }

    public static List<String> lines(Class<?> beside, String name) {
        return lines(beside, name, Integer.MAX_VALUE);
    }

    /** The first lines, as many as there are up to a number; of what is zipped where the name says so. */
    public static List<String> lines(Class<?> beside, String name, int atMost) {
        try (InputStream in = open(beside, name);
                InputStream plain = name.endsWith(ZIPPED) ? new GZIPInputStream(in) : in;
                BufferedReader reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return reader.lines().limit(atMost).toList();
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static InputStream open(Class<?> beside, String name) {
        InputStream in = beside.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("resource [" + name + "] is missing from the jar");
        }
        return in;
    }

    private static UncheckedIOException unreadable(String name, IOException e) {
        return new UncheckedIOException("resource [" + name + "] cannot be read", e);
    }
}
