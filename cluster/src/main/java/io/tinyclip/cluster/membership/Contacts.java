package io.tinyclip.cluster.membership;

import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Whom a machine asks to be taken in: the seeds under the names by which they may know themselves. Where this machine is one
 * of them it stands there as it announced itself, since the first of the seeds is who founds a cluster.
 */
final class Contacts {
    private final OtherNames names;
    private final List<Address> seeds;
    private final Address own;
    private final List<Integer> self;

    /**
     * @param own as announced
     * @param listening host that this machine listens at
     */
    Contacts(OtherNames names, List<Address> seeds, Address own, String listening) {
        this.names = names;
        this.seeds = List.copyOf(seeds);
        this.own = own;
        this.self = names.self(seeds, own, listening);
    }

    /** As they were called, and the addresses of those names. */
    List<Address> sure() {
        return under(names::sure);
    }

    /** With all other names that they may have. */
    List<Address> all() {
        return under(names::all);
    }

    /** Whether there is nobody to ask but this machine. */
    boolean none() {
        return self.size() == seeds.size();
    }

    private List<Address> under(Function<Address, List<Address>> called) {
        Set<Address> contacts = new LinkedHashSet<>();
        for (int i = 0; i < seeds.size(); i++) {
            if (self.contains(i)) {
                contacts.add(own);
            } else {
                called.apply(seeds.get(i)).stream()
                        .filter(address -> !address.equals(own))
                        .forEach(contacts::add);
            }
        }
        return new ArrayList<>(contacts);
    }
}
