package io.vibee;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Each test says by a tag what it starts, the costliest thing that it does. Who wants an answer in a minute runs those that start
 * nothing: see {@code ops/docs/CONTRIBUTING.md}.
 */
@DisplayName("A test")
class TestCostsTest {

    /** Only names are looked at, so nothing of the libraries is read. */
    private static final JavaClasses TESTS = ArchConfiguration.withThreadLocalScope(configuration -> {
        configuration.setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(location -> location.contains("test-classes") || location.contains("-tests.jar"))
                .importPackages("io.vibee");
    });

    /** The classes of each file. */
    private static final Map<JavaClass, List<JavaClass>> PARTS =
            TESTS.stream().collect(Collectors.groupingBy(TestCostsTest::topLevel));

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
        List<JavaClass> tests = TESTS.stream()
                .filter(type -> type.getSimpleName().endsWith("Test") && type.isTopLevelClass())
                .toList();
        assertThat(tests).hasSizeGreaterThan(100);
        Set<JavaClass> costlier = new HashSet<>();
        for (Cost cost : COSTS) {
            Set<JavaClass> users = users(cost);
            assertThat(tests)
                    .filteredOn(test -> users.contains(test) && !costlier.contains(test))
                    .allSatisfy(test -> assertThat(tag(test))
                            .as("tag of %s", test.getName())
                            .isIn(atLeast(cost.tag())));
            costlier.addAll(users);
        }
    }

    /** The top-level classes of tests that lead to a starter, directly or through others. */
    private static Set<JavaClass> users(Cost cost) {
        Set<JavaClass> found = new HashSet<>();
        Deque<JavaClass> next = new ArrayDeque<>(TESTS.stream()
                .filter(type -> leadsTo(type, cost.starters()))
                .map(TestCostsTest::topLevel)
                .toList());
        while (!next.isEmpty()) {
            JavaClass type = next.pop();
            if (found.add(type)) {
                PARTS.get(type).stream()
                        .flatMap(part -> part.getDirectDependenciesToSelf().stream())
                        .map(dependency -> topLevel(dependency.getOriginClass()))
                        .forEach(next::push);
            }
        }
        return found;
    }

    private static boolean leadsTo(JavaClass type, Set<String> starters) {
        return starters.contains(type.getName())
                || type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency ->
                                starters.contains(dependency.getTargetClass().getName()));
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(TestCostsTest::topLevel).orElse(type);
    }

    /** A test may know better that it is costly. */
    private static List<String> atLeast(String tag) {
        List<String> tags = COSTS.stream().map(Cost::tag).toList();
        return tags.subList(0, tags.indexOf(tag) + 1);
    }

    /** JUnit's and jqwik's are alike. */
    private static String tag(JavaClass test) {
        return test.getAnnotations().stream()
                .filter(annotation -> annotation.getRawType().getSimpleName().equals("Tag"))
                .flatMap(annotation -> annotation.get("value").stream())
                .map(String::valueOf)
                .findFirst()
                .orElse("none");
    }
}
