package io.vibee;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each test says by a tag what it starts, the costliest thing that it does. Who wants an answer in a minute runs those that start
 * nothing: see {@code ops/docs/CONTRIBUTING.md}.
 */
@DisplayName("A test")
class TestCostsTest {

    private static final JavaClasses ALL = new ClassFileImporter().importPackages("io.vibee", "shop");

    /** What a test starts, and the class by which it does so; the costliest first. */
    private record Cost(String tag, Set<String> starters) {}

    private static final List<Cost> COSTS = List.of(
            new Cost("process", Set.of("io.vibee.boot.ForkedJvm")),
            new Cost("node", Set.of("io.vibee.boot.TestNode")),
            new Cost("database", Set.of("io.vibee.journal.database.TestDatabase")),
            new Cost(
                    "actors",
                    Set.of(
                            "org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit",
                            "io.vibee.sandbox.SandboxSystem")));

    @Test
    @DisplayName("has the tag of the costliest thing that it starts")
    void tagged() {
        List<JavaClass> tests = ALL.stream()
                .filter(type -> type.getSimpleName().endsWith("Test") && type.isTopLevelClass())
                .toList();
        assertThat(tests).hasSizeGreaterThan(100);
        assertThat(tests).allSatisfy(test -> {
            Optional<String> needed = needed(test);
            needed.ifPresent(
                    tag -> assertThat(tag(test)).as("tag of %s", test.getName()).isIn(atLeast(tag)));
        });
    }

    private static Optional<String> needed(JavaClass test) {
        Set<String> reached = Stream.concat(
                        Stream.of(test),
                        ALL.stream().filter(type -> type.getName().startsWith(test.getName() + "$")))
                .flatMap(type -> type.getTransitiveDependenciesFromSelf().stream())
                .map(Dependency::getTargetClass)
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        return COSTS.stream()
                .filter(cost -> cost.starters().stream().anyMatch(reached::contains))
                .map(Cost::tag)
                .findFirst();
    }

    /** A test may know better that it is costly. */
    private static List<String> atLeast(String tag) {
        List<String> tags = COSTS.stream().map(Cost::tag).toList();
        return tags.subList(0, tags.indexOf(tag) + 1);
    }

    private static String tag(JavaClass test) {
        return test.isAnnotatedWith(Tag.class)
                ? test.getAnnotationOfType(Tag.class).value()
                : "none";
    }
}
