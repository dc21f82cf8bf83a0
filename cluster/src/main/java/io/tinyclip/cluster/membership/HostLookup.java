package io.tinyclip.cluster.membership;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What this machine knows of names and addresses; each question may take as long as the name service takes. */
interface HostLookup {
    /** @return the addresses of a name or literal; none for a name that means nothing here */
    List<InetAddress> addresses(String host);

    /** The name of an address, where there is one. */
    Optional<String> name(InetAddress address);

    /** This machine's own name. */
    String ownName();

    /** The addresses of this machine's interfaces that work, loopback included. */
    List<InetAddress> own();

    /** By which of its addresses this machine reaches another; none where no route leads there. Nothing is sent. */
    Optional<InetAddress> towards(InetAddress other);

    /** Whether something accepts connections there. */
    boolean listens(InetAddress address, int port);

    /** Whether the machine there answers that nothing accepts any: not so where it is silent or cannot be reached. */
    boolean refuses(InetAddress address, int port);
}
