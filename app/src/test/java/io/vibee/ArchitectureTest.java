package io.vibee;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.vibee.boot.Main;
import io.vibee.cluster.NodeParts;
import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.ClusterMessage;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The architecture")
class ArchitectureTest {
    private static final ImportOption NO_TEST_JARS = location -> !location.contains("-tests.jar");
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(NO_TEST_JARS)
            .importPackages("io.vibee");

    /** Only names are looked at, so nothing of the libraries is read. */
    private static final JavaClasses TESTS = ArchConfiguration.withThreadLocalScope(configuration -> {
        configuration.setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(location -> location.contains("test-classes") || location.contains("-tests.jar"))
                .importPackages("io.vibee");
    });

    private static final DescribedPredicate<JavaClass> PROTOCOL = resideInAPackage("io.vibee.protocol..");
    private static final DescribedPredicate<JavaClass> JOURNAL = resideInAPackage("io.vibee.journal..");
    private static final DescribedPredicate<JavaClass> READ_SIDE = resideInAPackage("io.vibee.persistence.read..");
    private static final DescribedPredicate<JavaClass> STORAGE =
            resideInAPackage("io.vibee.persistence..").and(not(READ_SIDE)).as("the storage");
    private static final DescribedPredicate<JavaClass> PERSISTENCE =
            JOURNAL.or(STORAGE).or(READ_SIDE);
    private static final DescribedPredicate<JavaClass> APP = resideInAPackage("io.vibee..")
            .and(not(PROTOCOL))
            .and(not(PERSISTENCE))
            .as("the app");

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(PRODUCTION);
    }

    @Test
    @DisplayName("is looked at where it is")
    void imported() {
        assertThat(PRODUCTION.contain(Main.class)).isTrue();
        assertThat(PRODUCTION).noneMatch(type -> type.getSimpleName().endsWith("Test"));
    }

    @Nested
    @DisplayName("of the modules")
    class Modules {
        @Test
        @DisplayName("lets the protocol depend on no other")
        void protocol() {
            check(noClasses().that(PROTOCOL).should().dependOnClassesThat(PERSISTENCE.or(APP)));
        }

        @Test
        @DisplayName("lets the journal depend on no other, and on nothing that only Vibee needs")
        void journal() {
            check(noClasses()
                    .that(JOURNAL)
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.vibee..")
                            .and(not(JOURNAL))
                            .or(resideInAnyPackage(
                                    "com.google.crypto.tink..", "io.zonky..", "com.github.benmanes.."))));
        }

        @Test
        @DisplayName(
                "lets the storage depend on the journal and the protocol, and the read side on these and the storage")
        void storageAndReadSide() {
            check(noClasses().that(STORAGE).should().dependOnClassesThat(READ_SIDE.or(APP)));
            check(noClasses().that(READ_SIDE).should().dependOnClassesThat(APP));
        }

        @Test
        @DisplayName("lets the app use of the journal its database, its order and its projections only")
        void appUsesJournal() {
            check(noClasses()
                    .that(APP)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.vibee.journal.query..", "io.vibee.journal.snapshot.."));
        }

        @Test
        @DisplayName("keeps Telegram and HTTP out of the persistence")
        void persistenceKnowsNoTelegram() {
            check(noClasses()
                    .that(PERSISTENCE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.telegram..", "org.apache.pekko.http..", "java.net.http.."));
        }

        @Test
        @DisplayName("keeps SQL out of the app")
        void appKnowsNoSql() {
            check(noClasses()
                    .that(APP)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.sql..", "javax.sql..", "io.r2dbc..", "org.postgresql..", "org.flywaydb.."));
        }

        @Test
        @DisplayName("has what nodes say to each other in the protocol, where a golden file holds each of it")
        void messages() {
            check(noClasses().that(not(PROTOCOL)).should().beAssignableTo(ClusterMessage.class));
        }

        @Test
        @DisplayName("keeps I/O and behaviour out of the protocol")
        void protocolIsData() {
            check(noClasses()
                    .that(PROTOCOL)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(
                                    "java.net.http..",
                                    "java.nio.channels..",
                                    "java.sql..",
                                    "io.r2dbc..",
                                    "org.telegram..",
                                    "org.apache.pekko.http..",
                                    "org.apache.pekko.stream..",
                                    "org.apache.pekko.persistence..")
                            .or(describe(
                                    "is a behaviour",
                                    type -> type.isAssignableTo("org.apache.pekko.actor.typed.Behavior")))));
        }
    }

    @Nested
    @DisplayName("of the packages")
    class Packages {
        @Test
        @DisplayName("names them after things of the domain")
        void domain() {
            check(classes()
                    .that(APP)
                    .should()
                    .resideInAnyPackage(
                            "io.vibee.boot..",
                            "io.vibee.account..",
                            "io.vibee.chat..",
                            "io.vibee.cluster..",
                            "io.vibee.console..",
                            "io.vibee.operator..",
                            "io.vibee.http..",
                            "io.vibee.logging..",
                            "io.vibee.metrics..",
                            "io.vibee.moderation..",
                            "io.vibee.outgoing..",
                            "io.vibee.reply..",
                            "io.vibee.sandbox..",
                            "io.vibee.session..",
                            "io.vibee.settings..",
                            "io.vibee.telegram..",
                            "io.vibee.recovery.."));
        }

        @Test
        @DisplayName("has no cycles among them")
        void cycles() {
            check(slices().matching("io.vibee.(**)").should().beFreeOfCycles());
        }

        @Test
        @DisplayName("marks each of them as free of null unless it says otherwise")
        void nullMarked() {
            Set<String> unmarked = PRODUCTION.stream()
                    .map(JavaClass::getPackage)
                    .filter(owner -> !owner.isAnnotatedWith(NullMarked.class))
                    .map(owner -> owner.getName())
                    .collect(Collectors.toSet());

            assertThat(unmarked).isEmpty();
        }
    }

    @Nested
    @DisplayName("of the actors")
    class Actors {
        @Test
        @DisplayName("begins each of them in the one way that begins it again after a fault")
        void supervised() {
            Set<String> makers = PRODUCTION.stream()
                    .filter(APP)
                    .filter(type -> calls(type, "setup", org.apache.pekko.actor.typed.javadsl.Behaviors.class))
                    .filter(type -> !type.isEquivalentTo(NodeParts.class))
                    .filter(type -> !calls(type, "supervised", NodeParts.class))
                    .map(JavaClass::getName)
                    .collect(Collectors.toSet());
            assertThat(makers).isEmpty();
            check(noClasses()
                    .that(APP)
                    .and()
                    .doNotBelongToAnyOf(NodeParts.class)
                    .should()
                    .accessTargetWhere(describe(
                            "repeats by Pekko's scheduler, which a failure ends",
                            access -> access.getTarget().getName().matches("schedule(WithFixedDelay|AtFixedRate).*")
                                    && isScheduler(access.getTargetOwner()))));
        }

        @Test
        @DisplayName("has a test for each of them in which it meets a fault and begins again")
        void faultsTested() {
            Set<String> begunAgain = PRODUCTION.stream()
                    .filter(type -> !type.isEquivalentTo(NodeParts.class))
                    .filter(type -> calls(type, "supervised", NodeParts.class))
                    .map(JavaClass::getName)
                    .collect(Collectors.toSet());
            // Its supervision is given to it.
            begunAgain.add("io.vibee.journal.projection.ProjectionWorker");
            PRODUCTION.stream()
                    .filter(type -> calls(type, "onFailuresWithBackoff", RestartSource.class))
                    .map(JavaClass::getName)
                    .forEach(begunAgain::add);

            assertThat(begunAgain).hasSizeGreaterThan(10);
            assertThat(TESTS.stream()
                            .flatMap(type -> type.getMethods().stream())
                            .filter(method -> method.isAnnotatedWith(Test.class))
                            .flatMap(method -> method.tryGetAnnotationOfType(ThrowsIn.class.getName()).stream())
                            .map(thrown -> ((JavaClass) thrown.get("value").orElseThrow()).getName())
                            .collect(Collectors.toSet()))
                    .as("tests with @ThrowsIn")
                    .isEqualTo(begunAgain);
        }

        private static boolean isScheduler(JavaClass type) {
            return type.isAssignableTo(org.apache.pekko.actor.typed.Scheduler.class)
                    || type.isAssignableTo(org.apache.pekko.actor.Scheduler.class);
        }

        private static boolean calls(JavaClass type, String method, Class<?> owner) {
            return type.getMethodCallsFromSelf().stream()
                    .anyMatch(call -> call.getTarget().getName().equals(method)
                            && call.getTargetOwner().isEquivalentTo(owner));
        }
    }

    @Nested
    @DisplayName("of the code")
    class Code {
        @Test
        @DisplayName("names classes for what they are")
        void names() {
            check(noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Base)"));
        }

        @Test
        @DisplayName("waits for conditions and never for a fixed time")
        void sleep() {
            DescribedPredicate<JavaAccess<?>> sleeps = describe("sleep", access -> {
                AccessTarget target = access.getTarget();
                return target.getName().equals("sleep")
                        && (target.getOwner().isAssignableTo(Thread.class)
                                || target.getOwner().isAssignableTo(TimeUnit.class));
            });
            check(noClasses().should().accessTargetWhere(sleeps));
        }

        @Test
        @DisplayName("logs through SLF4J only, and only the process itself writes to the terminal")
        void logging() {
            check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
            check(noClasses()
                    .that()
                    .resideOutsideOfPackage("io.vibee.boot")
                    .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
        }

        @Test
        @DisplayName("reads the environment in one place")
        void environment() {
            check(noClasses()
                    .that()
                    .doNotBelongToAnyOf(Main.class)
                    .should()
                    .callMethod(System.class, "getenv")
                    .orShould()
                    .callMethod(System.class, "getenv", String.class));
        }
    }
}
