package io.tinyclip.cluster;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packages of {@code actors}: which may know which, what each must not know, and how large one may be. */
final class RoomsTest {
    private static final String ACTORS = "io.tinyclip.actors";
    private static final int MOST_CLASSES = 25;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ACTORS);

    /** A package, and those that it may know. What is not named here is not allowed. */
    private enum Room {
        TASK("task"),
        STRANGER("stranger"),
        TLS("tls"),
        PLANE("plane", TLS),
        DOOR("plane.door", PLANE, STRANGER),
        TCP("plane.tcp", PLANE, DOOR, TLS, STRANGER),
        MESSAGE("message", PLANE),
        BOUNDS("bounds", PLANE, MESSAGE, STRANGER),
        JOIN("join", PLANE, MESSAGE, BOUNDS),
        PARTICIPANTS("run.members", PLANE, MESSAGE),
        LEASE("lease", MESSAGE),
        PIN("pin", MESSAGE),
        PATIENCE("patience"),
        JUDGE("judge"),
        RUN("run", PLANE, MESSAGE, BOUNDS, PARTICIPANTS, LEASE, PIN, PATIENCE, JUDGE),
        SHARD("shard", TASK, PLANE, MESSAGE, BOUNDS),
        WORKER("worker", TASK, PLANE, MESSAGE, BOUNDS),
        LEAD("lead", STRANGER, TASK, PLANE, MESSAGE, BOUNDS, PATIENCE, JUDGE, PARTICIPANTS, RUN),
        GATE("gate", STRANGER, TLS, PLANE, MESSAGE, JOIN, LEAD),
        MEMBER("member", TASK, PLANE, MESSAGE, BOUNDS, JOIN, RUN, SHARD, WORKER, LEAD, GATE, TLS, STRANGER),
        WIRE("wire", PLANE, MESSAGE, JOIN),
        ROOT("", TASK, PLANE, MESSAGE, JOIN, RUN, SHARD, WORKER, LEAD, GATE, MEMBER);

        private final String name;
        private final Set<Room> mayKnow;

        Room(String folder, Room... mayKnow) {
            this.name = folder.isEmpty() ? ACTORS : ACTORS + "." + folder;
            this.mayKnow = Set.of(mayKnow);
        }

        private String[] forbidden() {
            return Arrays.stream(values())
                    .filter(other -> other != this && !mayKnow.contains(other))
                    .map(other -> other.name)
                    .toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomsKnowOnlyThoseBelowThem(Room room) {
        noClasses()
                .that(resideInAPackage(room.name))
                .should()
                .dependOnClassesThat(resideInAnyPackage(room.forbidden()))
                .check(CLASSES);
    }

    @Test
    void everyPackageIsARoom() {
        Set<String> rooms = Arrays.stream(Room.values()).map(room -> room.name).collect(Collectors.toSet());
        Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertEquals(new TreeSet<>(rooms), new TreeSet<>(packages));
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("(io.tinyclip.actors..)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noRoomIsCrowded() {
        Map<String, Long> sizes = CLASSES.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
        assertTrue(
                sizes.values().stream().allMatch(size -> size <= MOST_CLASSES),
                "a package of more than " + MOST_CLASSES + " classes wants another cut: " + sizes);
    }

    @Test
    void onlyTheWireKnowsProtobuf() {
        noClasses()
                .that(describe(
                        "outside the wire", type -> !type.getPackageName().equals(Room.WIRE.name)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.google.protobuf..", "io.tinyclip.proto.."))
                .check(CLASSES);
    }
}
