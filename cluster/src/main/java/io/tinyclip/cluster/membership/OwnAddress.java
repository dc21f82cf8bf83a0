package io.tinyclip.cluster.membership;

import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** By which of its addresses this machine reaches another. */
final class OwnAddress {
    private OwnAddress() {}

    /**
     * Asks the system's routes; nothing is sent.
     *
     * @param other empty for the machine's own name's address
     * @throws InvalidInputException if the other's name means nothing here
     */
    static String towards(Optional<Address> other) {
        try {
            if (other.isEmpty()) {
                return InetAddress.getLocalHost().getHostAddress();
            }
            InetSocketAddress to =
                    new InetSocketAddress(other.get().host(), other.get().port());
            if (to.isUnresolved()) {
                throw new InvalidInputException("cannot find the host ["
                        + other.get().host() + "]; check the name, or give the machine's IP address");
            }
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(to);
                return socket.getLocalAddress().getHostAddress();
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot tell this machine's own address (" + e.getMessage() + "); set tinyclip.cluster.host", e);
        }
    }
}
