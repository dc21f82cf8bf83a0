package io.tinyclip.cluster.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What deploy/kubernetes says, against Kubernetes' own fields and against the program that it starts. */
final class ManifestsTest {
    private static final List<String> ROLES = List.of("coordinator", "server", "worker");
    /** After leave-within a process has 10 s to end; the rest is for a machine that is busy. */
    private static final Duration SPARE = Duration.ofSeconds(30);

    /** What kustomize and cert-manager read. */
    private static final Set<String> OF_OTHERS = Set.of("Kustomization", "Component", "Certificate", "Issuer");

    private interface Check {
        void of(JsonElement content) throws IOException;
    }

    private static final Map<String, Check> KINDS = Map.of(
            "ConfigMap", V1ConfigMap::validateJsonElement,
            "Job", V1Job::validateJsonElement,
            "Namespace", V1Namespace::validateJsonElement,
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement,
            "PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement,
            "Pod", V1Pod::validateJsonElement,
            "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
            "Role", V1Role::validateJsonElement,
            "RoleBinding", V1RoleBinding::validateJsonElement,
            "ServiceAccount", V1ServiceAccount::validateJsonElement);

    @Test
    void kubernetesKnowsEveryField() throws Exception {
        for (Manifest manifest : Manifest.all()) {
            if (!OF_OTHERS.contains(manifest.kind())) {
                assertTrue(KINDS.containsKey(manifest.kind()), manifest + " is of a kind that is not checked");
                KINDS.get(manifest.kind()).of(manifest.content());
            }
        }
    }

    @Test
    void kustomizationsNameEveryFileAndNoOther() throws Exception {
        for (String folder : List.of("base", "keys", "gpu", "laptop", "cluster")) {
            Path there = Manifest.FOLDER.resolve(folder);
            JsonObject file =
                    Manifest.in(there.resolve("kustomization.yaml")).get(0).content();
            Set<String> named = new TreeSet<>(Set.of("kustomization.yaml"));
            for (String list : List.of("resources", "components")) {
                strings(file, list).forEach(named::add);
            }
            entries(file, "patches")
                    .forEach(patch -> named.add(patch.get("path").getAsString()));
            entries(file, "configMapGenerator")
                    .forEach(map -> strings(map, "files").forEach(named::add));
            for (String name : named) {
                assertTrue(Files.exists(there.resolve(name)), folder + " names " + name);
            }
            try (Stream<Path> files = Files.list(there)) {
                // To be applied by itself, once a run is finished.
                Set<String> lie = new TreeSet<>(
                        files.map(path -> path.getFileName().toString()).toList());
                lie.remove("copy.yaml");
                named.removeIf(name -> name.startsWith("../"));
                assertEquals(lie, named, folder);
            }
        }
    }

    @Test
    void aFinishedPodStaysFinished() throws Exception {
        for (String role : ROLES) {
            Manifest job = Manifest.job("base", role);
            assertEquals("Job", job.kind());
            assertEquals("Never", job.pod().get("restartPolicy").getAsString(), role);
            assertFalse(job.spec().has("ttlSecondsAfterFinished"), role);
        }
        for (Manifest manifest : Manifest.all()) {
            assertFalse(
                    Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
                            .contains(manifest.kind()),
                    manifest + " starts what has ended");
        }
    }

    /** A coordinator's code 2 is for a person; a machine that is turned away with it is not the run's end. */
    @Test
    void wrongUseEndsTheCoordinatorsAlone() throws Exception {
        JsonObject rule = rules("coordinator").get(0).getAsJsonObject();
        assertEquals("FailJob", rule.get("action").getAsString());
        JsonObject codes = rule.getAsJsonObject("onExitCodes");
        assertEquals("In", codes.get("operator").getAsString());
        assertEquals(1, codes.getAsJsonArray("values").size());
        assertEquals(ExitCode.WRONG_USE, codes.getAsJsonArray("values").get(0).getAsInt());
        assertFalse(rules("server").toString().contains("FailJob"));
        assertFalse(rules("worker").toString().contains("FailJob"));
    }

    @Test
    void requestsAreLimitsAndTheHeapHasAtMostHalfOfTheMemory() throws Exception {
        int checked = 0;
        for (Manifest job : Manifest.all().stream().filter(Manifest::isJob).toList()) {
            JsonObject container = job.container();
            assertEquals(
                    container.has("resources"),
                    job.variable("JAVA_TOOL_OPTIONS").isPresent(),
                    job + ": both, or none");
            if (container.has("resources")) {
                JsonObject resources = container.getAsJsonObject("resources");
                assertEquals(resources.get("limits"), resources.get("requests"), job.toString());
                long memory = Manifest.bytes(
                        resources.getAsJsonObject("limits").get("memory").getAsString());
                String options = job.variable("JAVA_TOOL_OPTIONS").orElseThrow();
                long heap = Manifest.bytes(options.replaceFirst("^-Xmx", ""));
                assertTrue(2 * heap <= memory, job + ": " + options);
                checked++;
            }
        }
        assertTrue(checked >= 2 * ROLES.size(), "too few have resources: " + checked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "cluster"})
    void theRunWaitsForAsManyMachinesAsThereAre(String overlay) throws Exception {
        assertEquals(variable(overlay, "coordinator", "WORKERS"), number(overlay, "worker", "parallelism"));
        assertEquals(variable(overlay, "coordinator", "SERVERS"), number(overlay, "server", "parallelism"));
        String candidates = number(overlay, "coordinator", "completions");
        assertEquals(candidates, number(overlay, "coordinator", "parallelism"));
        assertEquals(1, Integer.parseInt(candidates) % 2, "of an even number no majority may be left");
        for (String role : ROLES) {
            assertEquals(candidates, variable(overlay, role, "CANDIDATES"), role);
        }
    }

    @Test
    void everyProbeAsksThePortThatTheProgramOpens() throws Exception {
        for (String role : ROLES) {
            Manifest job = Manifest.job("base", role);
            Map<String, String> ports = new HashMap<>();
            entries(job.container(), "ports")
                    .forEach(port -> ports.put(
                            port.get("name").getAsString(),
                            port.get("containerPort").getAsString()));
            assertEquals(job.option("tinyclip.cluster.discovery.probe-port").orElseThrow(), ports.get("probe"), role);
            Map<String, String> probes =
                    Map.of("startupProbe", "/alive", "readinessProbe", "/ready", "livenessProbe", "/alive");
            probes.forEach((probe, path) -> {
                JsonObject asked = Manifest.at(job.container(), probe, "httpGet")
                        .orElseThrow()
                        .getAsJsonObject();
                assertEquals("probe", asked.get("port").getAsString(), role);
                assertEquals(path, asked.get("path").getAsString(), role);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "cluster"})
    void theProgramTakesWhatItIsToldAndHasTheTimeToLeave(String overlay) throws Exception {
        Path recipe = Manifest.FOLDER.resolve(overlay).resolve("recipe.conf");
        for (String role : ROLES) {
            Map<String, String> told = options(overlay, role);
            Settings settings =
                    role.equals("coordinator") ? SettingsFile.read(recipe, told) : SettingsFile.defaults(told);
            assertTrue(settings.cluster().discovery().searches(), role);
            assertEquals(
                    variable(overlay, "coordinator", "CANDIDATES"),
                    String.valueOf(settings.cluster().discovery().candidates()),
                    role);
            long grace = Manifest.job("base", role)
                    .pod()
                    .get("terminationGracePeriodSeconds")
                    .getAsLong();
            assertTrue(
                    Duration.ofSeconds(grace).compareTo(settings.leaveWithin().plus(SPARE)) >= 0,
                    role + " is given " + grace + " s");
            if (!role.equals("coordinator")) {
                SettingsFile.requireOwn(told.keySet());
            }
        }
    }

    /** The -D options of a role, with its variables filled in. */
    private static Map<String, String> options(String overlay, String role) throws IOException {
        Map<String, String> told = new HashMap<>();
        for (String argument : Manifest.job("base", role).arguments()) {
            if (argument.startsWith("-D")) {
                String[] parts = argument.substring(2).split("=", 2);
                told.put(parts[0], filled(overlay, role, parts[1]));
            }
        }
        return told;
    }

    private static String filled(String overlay, String role, String value) throws IOException {
        if (!value.startsWith("$(")) {
            return value;
        }
        String name = value.substring(2, value.length() - 1);
        return name.equals("POD_IP") ? "10.0.0.5" : variable(overlay, role, name);
    }

    private static String variable(String overlay, String role, String name) throws IOException {
        for (Manifest job : patchedFirst(overlay, role)) {
            if (job.variable(name).isPresent()) {
                return job.variable(name).get();
            }
        }
        throw new AssertionError(role + " of " + overlay + " has no " + name);
    }

    private static String number(String overlay, String role, String field) throws IOException {
        for (Manifest job : patchedFirst(overlay, role)) {
            if (job.spec().has(field)) {
                return job.spec().get(field).getAsString();
            }
        }
        throw new AssertionError(role + " of " + overlay + " has no " + field);
    }

    private static List<Manifest> patchedFirst(String overlay, String role) throws IOException {
        Manifest base = Manifest.job("base", role);
        boolean patched = Files.exists(Manifest.FOLDER.resolve(overlay).resolve(role + ".yaml"));
        return patched ? List.of(Manifest.job(overlay, role), base) : List.of(base);
    }

    private static JsonArray rules(String role) throws IOException {
        return Manifest.at(Manifest.job("base", role).spec(), "podFailurePolicy", "rules")
                .orElseThrow()
                .getAsJsonArray();
    }

    private static List<String> strings(JsonObject from, String list) {
        return Manifest.at(from, list).stream()
                .flatMap(found -> found.getAsJsonArray().asList().stream())
                .map(JsonElement::getAsString)
                .toList();
    }

    private static List<JsonObject> entries(JsonObject from, String list) {
        return Manifest.at(from, list).stream()
                .flatMap(found -> found.getAsJsonArray().asList().stream())
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
