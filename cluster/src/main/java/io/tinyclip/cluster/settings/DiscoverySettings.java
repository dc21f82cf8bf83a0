package io.tinyclip.cluster.settings;

/**
 * How a machine finds the coordinator candidates; {@code reference.conf} says what each one means.
 *
 * @param service name in DNS whose addresses are the candidates'; empty unless asked for by the method
 * @param namespace of the candidates' pods; empty for the pod's own
 * @param selector of labels that only the candidates' pods have; empty unless asked for by the method
 * @param candidates that there will be; 0 unless asked for by the method
 * @param port at which candidates tell others who is in the cluster
 * @param managementPort of this process; 0 for {@code port} on a candidate and any free one elsewhere
 * @param probePort at which it also answers, without TLS, whether it is well; 0 for none
 */
public record DiscoverySettings(
        Method method,
        String service,
        String namespace,
        String selector,
        int candidates,
        int port,
        int managementPort,
        int probePort) {
    /** Who is asked where the candidates are. */
    public enum Method {
        SEEDS,
        DNS,
        KUBERNETES
    }

    /** Whether candidates are looked for; otherwise they are listed in {@link ClusterSettings#seeds}. */
    public boolean searches() {
        return method != Method.SEEDS;
    }

    /** Candidates that must have been found before one of them may found a cluster: of two halves only one has them. */
    public int majority() {
        return candidates / 2 + 1;
    }

    /** What a message calls the place where candidates are looked for. */
    public String place() {
        return switch (method) {
            case SEEDS -> "the list [tinyclip.cluster.seeds]";
            case DNS -> "DNS at the name [" + service + "]";
            case KUBERNETES -> "Kubernetes under the labels [" + selector + "]";
        };
    }
}
