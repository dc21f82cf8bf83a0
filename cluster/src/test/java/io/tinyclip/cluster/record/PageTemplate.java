package io.tinyclip.cluster.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A page whose places, such as <code>${runs}</code>, are filled. */
final class PageTemplate {
    private PageTemplate() {}

    /**
     * The whole page.
     *
     * @param resource beside the tests' classes, such as {@code /claims.md}
     * @param parts by the names of their places
     */
    static String filled(String resource, Map<String, String> parts) throws IOException {
        String page;
        try (InputStream in = PageTemplate.class.getResourceAsStream(resource)) {
            page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (Map.Entry<String, String> part : parts.entrySet()) {
            page = page.replace("${" + part.getKey() + "}", part.getValue());
        }
        return page;
    }
}
