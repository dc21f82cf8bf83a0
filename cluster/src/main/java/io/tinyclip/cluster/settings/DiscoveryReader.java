package io.tinyclip.cluster.settings;

import io.tinyclip.cluster.settings.DiscoverySettings.Method;
import java.util.EnumSet;
import java.util.regex.Pattern;

/** Reads {@code tinyclip.cluster.discovery}. */
final class DiscoveryReader {
    private static final String KEYS = "cluster.discovery.";
    private static final int MOST_CANDIDATES = 5;
    private static final int LONGEST_NAME = 253;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9./_-]*)=[A-Za-z0-9._-]*");

    private DiscoveryReader() {}

    static DiscoverySettings read(SettingValues values) {
        Method method = values.choice(KEYS + "method", EnumSet.allOf(Method.class));
        if (method != Method.SEEDS && !values.text("cluster.seeds").isEmpty()) {
            throw values.refusal(
                    "cluster.seeds",
                    "must be empty where tinyclip.cluster.discovery.method is " + values.text(KEYS + "method"));
        }
        return new DiscoverySettings(
                method,
                method == Method.DNS ? service(values) : "",
                method == Method.KUBERNETES ? namespace(values) : "",
                method == Method.KUBERNETES ? selector(values) : "",
                candidates(values, method),
                values.whole(KEYS + "port", 1, ClusterReader.LARGEST_PORT),
                values.whole(KEYS + "management-port", 0, ClusterReader.LARGEST_PORT),
                values.whole(KEYS + "probe-port", 0, ClusterReader.LARGEST_PORT));
    }

    private static String service(SettingValues values) {
        String service = values.text(KEYS + "service");
        if (service.length() > LONGEST_NAME || !NAME.matcher(service).matches()) {
            throw values.refusal(
                    KEYS + "service",
                    "must be a name in DNS, such as coordinators.tinyclip.svc.cluster.local, where the method is dns");
        }
        return service;
    }

    private static String namespace(SettingValues values) {
        String namespace = values.text(KEYS + "namespace");
        if (!namespace.isEmpty() && !NAMESPACE.matcher(namespace).matches()) {
            throw values.refusal(KEYS + "namespace", "must be a Kubernetes namespace, or empty for the pod's own");
        }
        return namespace;
    }

    private static String selector(SettingValues values) {
        String selector = values.text(KEYS + "selector");
        for (String label : selector.split(",", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw values.refusal(
                        KEYS + "selector",
                        "must be labels such as app=tinyclip,part=coordinator where the method is kubernetes");
            }
        }
        return selector;
    }

    private static int candidates(SettingValues values, Method method) {
        int candidates = values.whole(KEYS + "candidates", 0, MOST_CANDIDATES);
        if (method == Method.SEEDS) {
            return 0;
        }
        if (candidates % 2 == 0) {
            throw values.refusal(
                    KEYS + "candidates",
                    "must be 1, 3 or 5, the coordinator candidates that there will be, where they are looked for");
        }
        return candidates;
    }
}
