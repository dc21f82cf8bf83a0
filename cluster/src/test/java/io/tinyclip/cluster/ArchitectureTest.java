package io.tinyclip.cluster;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.Tensor;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Imports go one way, and each module keeps out of what it must not know. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tinyclip");

    /** The modules, told apart by where Maven puts their classes: folders and jars in a build, jars when installed. */
    private enum Module {
        PROTO("proto", "tinyclip-proto"),
        TINYCLIP("tinyclip", "tinyclip-core"),
        ACTORS("actors", "tinyclip-actors", "proto", "tinyclip"),
        CLUSTER("cluster", "tinyclip-cluster", "actors", "tinyclip");

        private final String folder;
        private final Pattern location;
        private final List<String> mayKnow;

        Module(String folder, String artifact, String... mayKnow) {
            this.folder = folder;
            this.location = Pattern.compile(".*(/" + folder + "/target/|/" + artifact + "-).*");
            this.mayKnow = List.of(mayKnow);
        }

        boolean holds(JavaClass type) {
            return type.getSource()
                    .map(source -> location.matcher(source.getUri().toString()).matches())
                    .orElse(false);
        }

        DescribedPredicate<JavaClass> types() {
            return describe("of module " + folder, this::holds);
        }

        DescribedPredicate<JavaClass> forbiddenModules() {
            return describe("of a module that " + folder + " must not know", this::forbids);
        }

        private boolean forbids(JavaClass type) {
            for (Module other : values()) {
                if (other.holds(type)) {
                    return other != this && !mayKnow.contains(other.folder);
                }
            }
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void importsGoOneWay(Module module) {
        check(noClasses().that(module.types()).should().dependOnClassesThat(module.forbiddenModules()));
    }

    @Test
    void everyClassBelongsToAModule() {
        for (JavaClass type : CLASSES) {
            assertTrue(Arrays.stream(Module.values()).anyMatch(module -> module.holds(type)), type.getName());
        }
    }

    @Test
    void tensorsKnowNeitherActorsNorWireNorSettings() {
        check(noClasses()
                .that(Module.TINYCLIP.types())
                .should()
                .dependOnClassesThat(resideInAnyPackage("akka..", "com.google.protobuf..", "com.typesafe..")));
    }

    @Test
    void tensorsKnowNoNetwork() {
        check(noClasses()
                .that(Module.TINYCLIP.types())
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net.http..", "io.netty..")
                        .or(describe("sockets", type -> type.getName()
                                .matches("java\\.n(et|io\\.channels)\\..*Socket.*")))));
    }

    @Test
    void messagesKnowNoCommandLine() {
        check(noClasses()
                .that(Module.ACTORS.types())
                .should()
                .dependOnClassesThat(resideInAnyPackage("picocli..", "me.tongfei..")));
    }

    @Test
    void machinesKnowNoMaths() {
        check(noClasses()
                .that(Module.CLUSTER.types())
                .should()
                .dependOnClassesThat(assignableTo(Tensor.class).or(assignableTo(Script.class))));
    }

    @Test
    void onePackageKnowsTheWayToLibtorch() {
        check(noClasses()
                .that(resideOutsideOfPackage("io.tinyclip.engine.djl"))
                .should()
                .dependOnClassesThat(resideInAPackage("ai.djl..")));
    }

    @Test
    void theWireKnowsOnlyProtobuf() {
        check(classes()
                .that(Module.PROTO.types())
                .should()
                .onlyDependOnClassesThat(
                        // The package as well: arrays of a module's types have no source, so they are in no module.
                        resideInAnyPackage("java..", "com.google.protobuf..", "io.tinyclip.proto..")
                                .or(Module.PROTO.types())));
    }

    /** What decides lives in classes named State and in what they are made of; a seeded simulation runs them alone. */
    @Test
    void statesDecideWithoutActorClockLoggerRandomnessThreadsOrFiles() {
        Set<JavaClass> deciding = CLASSES.stream()
                .filter(Module.ACTORS::holds)
                .filter(type -> type.getPackageName().matches(".*\\.(run|run\\.members|lease|pin|patience)")
                        || type.getSimpleName().endsWith("State"))
                .collect(Collectors.toCollection(HashSet::new));
        boolean found = true;
        while (found) {
            found = deciding.addAll(neighboursOf(deciding));
        }
        DescribedPredicate<JavaClass> states = describe("that decide", deciding::contains);
        check(knowOnlyWhatTheyAreTold(states));
        check(readNoClock(states));
        List<String> names = deciding.stream().map(JavaClass::getSimpleName).toList();
        assertTrue(
                names.containsAll(List.of("Stepping", "Speeds", "ShardReduction", "WorkerArrivals")), names.toString());
    }

    /** Of the same package, and named by one of those: what a state is made of decides as well. */
    private static Set<JavaClass> neighboursOf(Set<JavaClass> types) {
        return types.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .filter(target -> target.getPackage().equals(type.getPackage())))
                .collect(Collectors.toSet());
    }

    /** The rules find what they forbid, in calls and in references to methods alike. */
    @Test
    void statesThatAskTheClockAreFound() {
        JavaClasses dishonest = new ClassFileImporter().importClasses(DishonestState.class);
        DescribedPredicate<JavaClass> all = describe("all", type -> true);
        String unknown = knowOnlyWhatTheyAreTold(all)
                .evaluate(dishonest)
                .getFailureReport()
                .toString();
        String clocks = readNoClock(all).evaluate(dishonest).getFailureReport().toString();
        for (String method : List.of("drawsOfAThread", "locks", "sleeps")) {
            assertTrue(unknown.contains(method), method + ": " + unknown);
        }
        for (String method : List.of("asksTheClock", "handsTheClockOn", "asksTheCalendar", "draws")) {
            assertTrue(clocks.contains(method), method + ": " + clocks);
        }
    }

    private static final class DishonestState {
        long asksTheClock() {
            return System.nanoTime();
        }

        LongSupplier handsTheClockOn() {
            return System::currentTimeMillis;
        }

        int asksTheCalendar() {
            return LocalTime.now(ZoneOffset.UTC).getNano();
        }

        double draws() {
            return Math.random();
        }

        int drawsOfAThread() {
            return ThreadLocalRandom.current().nextInt();
        }

        Lock locks() {
            return new ReentrantLock();
        }

        void sleeps() {
            Thread.yield();
        }
    }

    private static ArchRule knowOnlyWhatTheyAreTold(DescribedPredicate<JavaClass> states) {
        return noClasses()
                .that(states)
                .should()
                .dependOnClassesThat(resideInAnyPackage("akka..", "ai.djl..", "org.slf4j..", "java.nio.file..")
                        .or(describe("clocks, randomness and threads", ArchitectureTest::isNotTold)));
    }

    private static boolean isNotTold(JavaClass type) {
        return type.getName()
                .matches("java\\.(time\\.Clock|time\\.Instant|security\\.SecureRandom|lang\\.Thread"
                        + "|util\\.(Random|SplittableRandom|Timer|TimerTask|concurrent\\.(?!CompletionStage$).*))");
    }

    private static ArchRule readNoClock(DescribedPredicate<JavaClass> states) {
        return noClasses()
                .that(states)
                .should()
                .accessTargetWhere(describe(
                        "the clock or chance answers",
                        access -> isClockOrChance(access.getTargetOwner().getName() + "."
                                + access.getTarget().getName())));
    }

    private static boolean isClockOrChance(String method) {
        return method.matches(
                "java\\.(lang\\.System\\.(nanoTime|currentTimeMillis)|lang\\.(Strict)?Math\\.random|time\\..*\\.now)");
    }

    @ParameterizedTest
    @EnumSource(
            value = Module.class,
            names = {"TINYCLIP", "CLUSTER"})
    void packagesFormNoCycle(Module module) {
        SliceAssignment packages = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return module.holds(type) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + module.folder;
            }
        };
        check(slices().assignedFrom(packages).should().beFreeOfCycles());
    }

    private static void check(ArchRule rule) {
        // A module may not have a class of the kind yet.
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
