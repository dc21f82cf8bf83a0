package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.settings.StorageSettings;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** {@code s3://BUCKET/KEY} as places of Amazon's store, or of another one that speaks like it. */
final class S3Places {
    private static final Pattern LOCATION = Pattern.compile("s3://([A-Za-z0-9._-]{1,255})/(.*)", Pattern.DOTALL);
    private static final String USUAL_REGION = "us-east-1";
    private static final int MOST_LIST = 1 << 23;
    /** Of a page of at most 1,000 keys. */
    private static final int MOST_NAMES = 1 << 21;

    private final StorageSettings settings;
    private final Optional<URI> endpoint;
    private final String region;
    private final AwsChain chain;
    private final InstantSource clock;

    S3Places(StorageSettings settings, InstantSource clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.endpoint = endpoint(settings);
        this.region = region(settings);
        this.chain = new AwsChain(settings.environment(), region, clock);
    }

    /** Where one object is asked for. */
    Place place(String location) {
        Matcher parts = parts(location);
        return new Place(location, uri(parts.group(1), parts.group(2), ""), this::headers);
    }

    /** What lies below a key, of which one address alone is asked. */
    Place place(String location, String query) {
        Matcher parts = parts(location);
        return new Place(location, uri(parts.group(1), parts.group(2), query), this::headers);
    }

    /** The headers that open a request of any method, which is signed with what is sent. */
    Map<String, String> headers(Signature.Asked asked, Map<String, String> more) throws IOException {
        Map<String, String> headers = new TreeMap<>(more);
        if (settings.s3().credentials() != StorageSettings.Credentials.ANONYMOUS) {
            chain.credentials()
                    .ifPresent(it -> headers.putAll(Signature.headers(asked, region, it, clock.instant(), more)));
        }
        return headers;
    }

    /**
     * The names of what lies directly below a prefix, and of what has more below it.
     *
     * @param folder ends with a slash
     */
    List<String> names(HttpRanges ranges, String folder) throws IOException {
        Matcher parts = parts(folder);
        String prefix = parts.group(2);
        SortedSet<String> names = new TreeSet<>();
        String next = "";
        do {
            String query = (next.isEmpty() ? "" : "continuation-token=" + Signature.encoded(next, false) + "&")
                    + "delimiter=%2F&list-type=2&prefix=" + Signature.encoded(prefix, false);
            Place list = new Place(folder, uri(parts.group(1), "", query), this::headers);
            Element answer = xml(list, ranges.page(list, MOST_NAMES).text());
            for (String element : List.of("Key", "Prefix")) {
                NodeList found = answer.getElementsByTagName(element);
                for (int i = 0; i < found.getLength(); i++) {
                    String key = found.item(i).getTextContent();
                    if (key.length() > prefix.length() && key.startsWith(prefix)) {
                        names.add(key.substring(prefix.length()).replaceFirst("/$", ""));
                    }
                }
            }
            NodeList token = answer.getElementsByTagName("NextContinuationToken");
            next = token.getLength() == 0 ? "" : token.item(0).getTextContent();
        } while (!next.isEmpty());
        return List.copyOf(names);
    }

    /** The objects that a pattern stands for, or those below a prefix that ends with a slash; sorted. */
    List<String> list(HttpRanges ranges, String location) throws IOException {
        Matcher parts = parts(location);
        String bucket = parts.group(1);
        Wildcard wanted = new Wildcard(parts.group(2));
        List<String> found = new ArrayList<>();
        String next = "";
        do {
            String query = (next.isEmpty() ? "" : "continuation-token=" + Signature.encoded(next, false) + "&")
                    + "list-type=2&prefix=" + Signature.encoded(wanted.prefix(), false);
            Place list = new Place(location, uri(bucket, "", query), this::headers);
            Element answer = xml(list, ranges.page(list, MOST_LIST).text());
            NodeList keys = answer.getElementsByTagName("Key");
            for (int i = 0; i < keys.getLength(); i++) {
                String key = keys.item(i).getTextContent();
                if (wanted.matches(key)) {
                    found.add("s3://" + bucket + "/" + key);
                }
            }
            NodeList token = answer.getElementsByTagName("NextContinuationToken");
            next = token.getLength() == 0 ? "" : token.item(0).getTextContent();
        } while (!next.isEmpty());
        found.sort(null);
        return found;
    }

    private Map<String, String> headers(URI uri) throws IOException {
        return headers(Signature.Asked.get(uri), Map.of());
    }

    private URI uri(String bucket, String key, String query) {
        String base = endpoint.map(URI::toString)
                .map(text -> text.replaceFirst("/+$", ""))
                .orElse("https://s3." + region + ".amazonaws.com");
        boolean inPath =
                switch (settings.s3().pathStyle()) {
                    case ON -> true;
                    case OFF -> false;
                    case AUTO -> endpoint.isPresent() || bucket.contains(".") || bucket.contains("_");
                };
        String there = inPath ? base + "/" + bucket : base.replaceFirst("://", "://" + bucket + ".");
        return URI.create(there + "/" + Signature.encoded(key, true) + (query.isEmpty() ? "" : "?" + query));
    }

    private static Matcher parts(String location) {
        Matcher matcher = LOCATION.matcher(location);
        if (!matcher.matches()) {
            throw new InvalidInputException(
                    "[" + Location.shown(location) + "] is no address in S3; write s3://BUCKET/KEY");
        }
        return matcher;
    }

    static Element xml(Place place, String text) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setExpandEntityReferences(false);
            return factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(text)))
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new RefusedException("[" + place.location() + "] is answered with a list that is no XML");
        }
    }

    private static Optional<URI> endpoint(StorageSettings settings) {
        Map<String, String> environment = settings.environment();
        Optional<String> named = Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_S3"))
                .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")))
                .filter(text -> !text.isBlank());
        try {
            return settings.s3().endpoint().or(() -> named.map(URI::create));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "AWS_ENDPOINT_URL is no URL; correct it, or set tinyclip.storage.s3.endpoint", e);
        }
    }

    private static String region(StorageSettings settings) throws IOException {
        Map<String, String> environment = settings.environment();
        Optional<String> named = settings.s3()
                .region()
                .or(() -> Optional.ofNullable(environment.get("AWS_REGION")))
                .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")))
                .filter(text -> !text.isBlank());
        return named.isPresent()
                ? named.get()
                : AwsProfile.of(environment).value("region").orElse(USUAL_REGION);
    }
}
