package io.tinyclip.cluster.settings;

import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.model.InvalidInputException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who may connect to this process.
 *
 * @param credentials for TLS on every port, if the settings name them
 * @param insecure whether others may connect without
 */
public record Protection(Optional<Credentials> credentials, boolean insecure) {
    /**
     * Beyond loopback a process listens with TLS, or says that it need not.
     *
     * @param host listened at
     * @throws InvalidInputException in one line, with both remedies
     */
    public void requireFor(String host) {
        if (credentials.isEmpty() && !insecure && !isLoopback(host)) {
            throw new InvalidInputException("would listen at [" + host
                    + "], where other machines reach it, without TLS: make keys with java -jar coordinator.jar keys --out DIR"
                    + " and set tinyclip.cluster.tls on every machine, or set tinyclip.cluster.insecure = true where whoever"
                    + " reaches its ports may own the run");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
