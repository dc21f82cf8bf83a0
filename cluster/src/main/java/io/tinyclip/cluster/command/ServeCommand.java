package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.serve.IndexListener;
import io.tinyclip.cluster.serve.Limits;
import io.tinyclip.cluster.serve.Served;
import io.tinyclip.cluster.serve.Server;
import io.tinyclip.cluster.serve.ServerTls;
import io.tinyclip.files.Model;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: a model's embeddings over HTTP, and a page that searches a folder. */
@Command(
        name = "serve",
        description = {
            "Answers embeddings over HTTP, and serves a page that searches a folder of pictures.",
            "  POST /v1/embed          {\"texts\": [...], \"images\": [base64, ...]}, a form, a picture or a text;",
            "                          JSON, or little-endian floats for Accept: application/octet-stream",
            "  GET, POST /v1/search    ?text=... or ?picture=N, or one input as above; with --images",
            "  GET /v1/model /alive /ready /",
            "SIGTERM or Ctrl-C answers what is under way and ends."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final int PORTS = 65_536;

    private final Tools tools;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(names = "--host", paramLabel = "HOST", description = "Where to listen; ${DEFAULT-VALUE} if not given.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "TCP port, 0 for any; ${DEFAULT-VALUE} if not given.")
    private int port = 8080;

    @Option(names = "--images", paramLabel = "DIR", description = "A folder of pictures to search.")
    private Optional<Path> images = Optional.empty();

    @Option(
            names = "--tls-certificate",
            paramLabel = "PEM",
            description = "The server's certificate, and those that lead to an authority.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--tls-key", paramLabel = "PEM", description = "Its key, PKCS #8 without a password.")
    private Optional<Path> key = Optional.empty();

    @Option(names = "--insecure", description = "Lets a host beyond loopback be served without TLS.")
    private boolean insecure;

    @Option(
            names = "--known-as",
            paramLabel = "NAME",
            description = "Another name that requests come under on loopback, such as a proxy's; may be repeated.")
    private List<String> knownAs = new ArrayList<>();

    @Option(
            names = "--gather",
            description = {
                "Computes requests that wait in one batch: more of them a second, and the last bits of an answer depend on",
                "what else was asked then. Without it an answer has the bits that embed gives the same inputs."
            })
    private boolean gather;

    @Mixin
    private final ServeLimits limits = new ServeLimits();

    @Mixin
    private final CacheOption cache = new CacheOption();

    ServeCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() throws InterruptedException {
        Server.Place place = place();
        Limits bounds = limits.limits();
        cache.open(false, tools.err());
        Model read = model.read();
        int cores = Runtime.getRuntime().availableProcessors();
        CountDownLatch asked = new CountDownLatch(1);
        try (GracefulStop stop = GracefulStop.armed(bounds.timeout());
                Engine.Loaded loaded = tools.engine().get().load(read);
                Progress progress = images.isPresent() ? tools.progress().get() : new NoProgress();
                Server server = Server.start(
                        new Server.Content(
                                new Served(shownName(), read.shape()), loaded.embedder(), cores, gather, images),
                        place,
                        bounds,
                        new Told(progress))) {
            stop.stopsWith(asked::countDown);
            tools.out()
                    .println((place.tls().isPresent() ? "https://" : "http://") + server.address() + "/ serves ["
                            + shownName() + "]");
            asked.await();
        }
        return ExitCode.DONE;
    }

    private Server.Place place() {
        if (port < 0 || port >= PORTS) {
            throw new InvalidInputException("--port [" + port + "] must be 0 to " + (PORTS - 1));
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw new InvalidInputException("--tls-certificate and --tls-key belong together; give both or neither");
        }
        Optional<ServerTls> tls = certificate.flatMap(file -> key.map(secret -> new ServerTls(file, secret)));
        if (tls.isEmpty() && !insecure && !HostNames.isLoopback(host)) {
            throw new InvalidInputException(
                    "--host [" + host + "] is reached from other machines, and without TLS anybody"
                            + " between reads along; give --tls-certificate and --tls-key, or --insecure");
        }
        return new Server.Place(host, port, tls, new HostNames(host, knownAs));
    }

    /** The folder's or file's own name: where it lies is nobody's business. */
    private String shownName() {
        String shown = Location.shown(model.name()).replaceAll("/+$", "");
        return shown.substring(shown.lastIndexOf('/') + 1);
    }

    /** Tells the folder's progress on the console. */
    private final class Told implements IndexListener {
        private final Progress progress;
        private boolean begun;

        private Told(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void advanced(int seen, int total) {
            if (!begun) {
                begun = true;
                progress.begin("pictures", total, 0);
            }
            progress.advance(seen, "");
        }

        @Override
        public void ended(int searched, List<String> leftOut, String failure) {
            leftOut.forEach(complaint -> tools.err().println("left out: " + complaint));
            tools.out()
                    .println("[" + searched + "] pictures can be searched"
                            + (leftOut.isEmpty() ? "" : ", [" + leftOut.size() + "] are left out"));
            if (!failure.isEmpty()) {
                tools.err().println("the rest of the folder was not looked at: " + failure);
            }
        }
    }
}
