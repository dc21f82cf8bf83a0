package io.tinyclip.cluster.command;

import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.keys.KeyFolder;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keys}: an authority and certificates for a cluster. */
@Command(
        name = "keys",
        description = {
            "Makes an authority of a run's own, and a certificate and key for each role or machine: PEM files for"
                    + " tinyclip.cluster.tls.certificate, such as DIR/worker.pem.",
            "Give a machine authority.pem and its own two files; authority-key.pem stays where this command runs."
        },
        mixinStandardHelpOptions = true)
final class KeysCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 3650;
    private static final String AUTHORITY = "authority";
    private static final Set<String> TAKEN = Set.of(AUTHORITY, "revoked", "replaced");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String ALL = "coordinator,worker,server,worker+server,operator";

    private final Tools tools;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The folder; it gets mode 0700, keys 0600.")
    private Path out = Path.of("");

    @Option(
            names = "--roles",
            paramLabel = "ROLE,...",
            description =
                    "One certificate each of coordinator, worker, server and operator; worker+server is one with both"
                            + " (default: " + ALL + ").")
    private String roles = "";

    @Option(
            names = "--machines",
            paramLabel = "HOST,...",
            description = "One certificate each, with worker and server in one, under the machine's name.")
    private String machines = "";

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "tinyclip",
            description = "The tinyclip.cluster.name in which they count (default: ${DEFAULT-VALUE}).")
    private String cluster = "";

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "For so long certificates count, 1 to " + MOST_DAYS + " (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--renew",
            description =
                    "New certificates and keys of the same authority for all that are in DIR, and for what --roles and"
                            + " --machines add. Running processes take replaced files by themselves.")
    private boolean renew;

    @Option(
            names = "--revoke",
            paramLabel = "NAME,...",
            description =
                    "Takes back all certificates that these names have had, such as worker or a machine's: DIR/revoked.pem"
                            + " says so to each process that has it beside its authority.pem, within seconds.")
    private String revoked = "";

    KeysCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        if (days < 1 || days > MOST_DAYS) {
            throw new InvalidInputException("--days [" + days + "] must be from 1 to " + MOST_DAYS);
        }
        ClusterReader.requireName("--cluster", cluster);
        if (!revoked.isBlank()) {
            return revoke();
        }
        List<Authority.Holder> holders = holders();
        KeyFolder folder = new KeyFolder(out);
        Authority.Validity validity = new Authority.Validity(Instant.now(), Duration.ofDays(days));
        List<String> names = renew ? folder.renew(holders, validity) : made(folder, holders, validity);
        names.forEach(name -> tools.out()
                .println(out.resolve(name + ".pem") + " until "
                        + folder.expires(name).atZone(ZoneOffset.UTC).toLocalDate()));
        return ExitCode.DONE;
    }

    private int revoke() {
        if (renew || !roles.isBlank() || !machines.isBlank()) {
            throw new InvalidInputException(
                    "--revoke stands alone; make new certificates afterwards, with --renew and --machines or --roles");
        }
        int count = new KeyFolder(out).revoke(parts(revoked), Instant.now());
        tools.out()
                .println("took back " + count + " certificates: give " + out.resolve(Credentials.REVOKED)
                        + " to every machine, beside its authority.pem");
        return ExitCode.DONE;
    }

    private List<Authority.Holder> holders() {
        List<Authority.Holder> holders = new ArrayList<>();
        for (String role : parts(roles.isBlank() && machines.isBlank() && !renew ? ALL : roles)) {
            holders.add(new Authority.Holder(role.replace('+', '-'), roles(role), cluster));
        }
        for (String machine : parts(machines)) {
            holders.add(new Authority.Holder(host(machine), EnumSet.of(Role.WORKER, Role.SERVER), cluster));
        }
        Set<String> names = new HashSet<>();
        for (Authority.Holder holder : holders) {
            if (!names.add(holder.name())) {
                throw new InvalidInputException(
                        "two certificates would be [" + holder.name() + ".pem]; name each role and machine once");
            }
        }
        return holders;
    }

    private List<String> made(KeyFolder folder, List<Authority.Holder> holders, Authority.Validity validity) {
        folder.make(cluster, holders, validity);
        List<String> names = new ArrayList<>(List.of(AUTHORITY));
        holders.forEach(holder -> names.add(holder.name()));
        return names;
    }

    private static List<String> parts(String list) {
        return list.isBlank() ? List.of() : List.of(list.strip().split("\\s*,\\s*", -1));
    }

    private static Set<Role> roles(String joined) {
        Set<Role> found = EnumSet.noneOf(Role.class);
        for (String word : joined.split("\\+", -1)) {
            found.add(Role.of(word)
                    .orElseThrow(() -> new InvalidInputException("--roles [" + joined
                            + "] must be coordinator, worker, server or operator, or several in one with +")));
        }
        return found;
    }

    private static String host(String machine) {
        boolean taken = TAKEN.contains(machine)
                || machine.endsWith("-key")
                || Role.of(machine).isPresent();
        if (taken || !HOST.matcher(machine).matches()) {
            throw new InvalidInputException("--machines [" + machine
                    + "] must be 1 to 64 letters, digits, dots, dashes and underscores, and no role's name");
        }
        return machine;
    }
}
