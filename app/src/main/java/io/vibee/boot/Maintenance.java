package io.vibee.boot;

import io.vibee.cluster.LeaseKeeper;
import io.vibee.journal.JournalGeneration;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.projection.ProjectionControl;
import io.vibee.journal.projection.SetAside;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Seen;
import io.vibee.persistence.erasure.EventRemoval;
import io.vibee.persistence.erasure.RemovalRefusedException;
import io.vibee.persistence.keys.DamagedCiphertextException;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.persistence.keys.MasterKeyRotation;
import io.vibee.persistence.keys.RotationException;
import io.vibee.settings.Secret;
import io.vibee.settings.Settings;
import io.vibee.settings.SettingsException;
import io.vibee.settings.Variable;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Commands that do one thing to the database and end: 0 and a line on what was done, or 1 and a line on what was wrong. They
 * are no member of a cluster; on an embedded database no node can run at the same time.
 */
final class Maintenance {

    private static final int KEYS_IN_A_BATCH = 200;
    private static final int SHOWN_SET_ASIDE = 20;

    private Maintenance() {}

    /**
     * Runs one of the commands; gives the exit status.
     *
     * @param out what was done, in one or more lines
     * @param err why it was not done, in one line
     * @param arguments as {@link CommandLine#parse} understands them
     */
    static int run(Settings settings, PrintStream out, PrintStream err, String... arguments) {
        try (NodeDatabase storage = NodeDatabase.open(settings);
                Database database = Database.open(storage.url(), PoolSettings.defaults())) {
            out.println(
                    done(database, settings, arguments).toCompletableFuture().join());
            return 0;
        } catch (SettingsException | StartException e) {
            return refused(e, err);
        } catch (CompletionException e) {
            return refused(e.getCause() == null ? e : e.getCause(), err);
        }
    }

    /** The line that says what was done. */
    private static CompletionStage<String> done(Database database, Settings settings, String... arguments) {
        CommandLine command = CommandLine.parse(arguments);
        return switch (command) {
            case ROTATE_MASTER_KEY -> rotateMasterKey(database, settings);
            case REMOVE_EVENTS -> removeEvents(database, arguments[1], CommandLine.confirms(arguments[1], arguments));
            case RAISE_JOURNAL_GENERATION -> raiseGeneration(database);
            case PROJECTIONS ->
                arguments.length == 1 ? projections(database) : changeProjection(database, arguments[1], arguments[2]);
            case CHANGE_TIER -> changeTier(database, arguments[1], arguments[2]);
            case NODES -> nodes(database);
            case START, HELP, VERSION, SANDBOX, WRONG ->
                throw new IllegalArgumentException("no maintenance: " + command);
        };
    }

    private static int refused(Throwable cause, PrintStream err) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        boolean known = cause instanceof SettingsException
                || cause instanceof StartException
                || cause instanceof RotationException
                || cause instanceof RemovalRefusedException
                || cause instanceof DamagedCiphertextException;
        err.println((known ? "" : "Not done, try again: ")
                + message.lines().findFirst().orElse(""));
        return 1;
    }

    /** Wraps every user's key by the new master key that the previous one wrapped. */
    private static CompletionStage<String> rotateMasterKey(Database database, Settings settings) {
        MasterKey to = masterKey(settings.secrets().masterKey(), Variable.VIBEE_MASTER_KEY, "the new master key");
        MasterKey from =
                masterKey(settings.secrets().previousMasterKey(), Variable.VIBEE_MASTER_KEY_PREVIOUS, "the one before");
        if (from.id().equals(to.id())) {
            throw new SettingsException(Variable.VIBEE_MASTER_KEY_PREVIOUS.variableName()
                    + ": the same as VIBEE_MASTER_KEY (expected: the master key before it)");
        }
        return new MasterKeyRotation(database, from, to, KEYS_IN_A_BATCH)
                .run()
                .thenApply(result -> "Done: " + result.rewrapped() + " keys were wrapped anew. All " + result.all()
                        + " users' keys are wrapped by master key " + to.id() + ", none by " + from.id()
                        + ". VIBEE_MASTER_KEY_PREVIOUS can go.");
    }

    /** Removes what is stored under a persistence id, or says what there is when it was not named a second time. */
    private static CompletionStage<String> removeEvents(Database database, String persistenceId, boolean confirmed) {
        EventRemoval removal = new EventRemoval(database);
        if (confirmed) {
            return removal.remove(persistenceId)
                    .thenApply(events -> "Done: " + events + " events of " + persistenceId + " are gone for good.");
        }
        return removal.look(persistenceId).thenApply(found -> {
            throw new StartException(
                    "Nothing was removed. Under " + persistenceId + " lie " + found.events() + " events"
                            + (found.lastWrite() == null ? "" : ", the last of " + found.lastWrite())
                            + ". To remove them for good add --confirm=" + persistenceId);
        });
    }

    /** Orders what is stored from now on behind what is there. */
    private static CompletionStage<String> raiseGeneration(Database database) {
        return new JournalGeneration(database)
                .raise()
                .thenApply(generation -> "Done: the journal goes on in generation " + generation + ".");
    }

    /** A line for each part of each projection's tables, and one for each event that was set aside. */
    private static CompletionStage<String> projections(Database database) {
        ProjectionControl control = new ProjectionControl(database);
        return control.progress().thenCombine(control.setAside(SHOWN_SET_ASIDE + 1), Maintenance::lines);
    }

    private static String lines(List<ProjectionControl.Progress> all, List<SetAside> setAside) {
        if (all.isEmpty()) {
            return "No projection has begun.";
        }
        Stream<String> events = setAside.stream().limit(SHOWN_SET_ASIDE).map(Maintenance::line);
        Stream<String> more = Stream.of("… and more events that are set aside; the table projection_set_aside has all")
                .filter(words -> setAside.size() > SHOWN_SET_ASIDE);
        return Stream.of(all.stream().map(Maintenance::line), events, more)
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static String line(SetAside event) {
        return "%s build %d: event %d of %s is set aside since %s: %s"
                .formatted(
                        event.name(), event.build(), event.seqNr(), event.persistenceId(), event.at(), event.cause());
    }

    private static String line(ProjectionControl.Progress progress) {
        return "%s build %d (%s%s), slices %d to %d: at %s since %s%s"
                .formatted(
                        progress.name(),
                        progress.build(),
                        progress.served() ? "served" : "being built",
                        progress.paused() ? ", paused" : "",
                        progress.minSlice(),
                        progress.maxSlice(),
                        progress.position(),
                        progress.updatedAt(),
                        progress.failure() == null ? "" : ", failing: " + progress.failure());
    }

    /** Pauses, resumes or rebuilds one; running nodes see it within seconds, others when they start. */
    private static CompletionStage<String> changeProjection(Database database, String action, String name) {
        ProjectionControl control = new ProjectionControl(database);
        return switch (action) {
            case "rebuild" ->
                control.rebuild(name)
                        .thenApply(build -> "Done: " + name + " is built anew as build "
                                + build.orElseThrow(() -> unknown(name)) + "; the one before is read until then.");
            default ->
                control.pause(name, action.equals("pause")).thenApply(found -> {
                    if (!found) {
                        throw unknown(name);
                    }
                    return "Done: " + name + (action.equals("pause") ? " is paused." : " goes on.");
                });
        };
    }

    /** Puts a user on another tier; the cluster's sweep tells the account. */
    private static CompletionStage<String> changeTier(Database database, String username, String tier) {
        return new Users(database).changeTier(username, tier).thenApply(found -> {
            if (!found) {
                throw new StartException("No user is called '" + username + "'");
            }
            return "Done: " + username + " is of the " + tier + " tier.";
        });
    }

    /** A line for each node: whether it is a member now, or when it was seen last. */
    private static CompletionStage<String> nodes(Database database) {
        return new ClusterNodes(database)
                .all(LeaseKeeper.NAME, LeaseKeeper.TIME_TO_LIVE)
                .thenApply(all -> all.isEmpty()
                        ? "No node of a cluster is known."
                        : all.stream().map(Maintenance::line).collect(Collectors.joining("\n")));
    }

    private static String line(Seen seen) {
        return "%s version %s, %s"
                .formatted(
                        seen.node().address(),
                        seen.node().version(),
                        seen.member()
                                ? "a member, started at " + seen.startedAt() + load(seen.cpuLoad())
                                : "not seen since " + seen.seenAt() + ", and it did not say that it ends");
    }

    private static String load(@Nullable Double cpuLoad) {
        return cpuLoad == null ? "" : ", %.0f %% of its processors in use".formatted(100 * cpuLoad);
    }

    private static StartException unknown(String name) {
        return new StartException(
                "No projection is called '" + name + "' (java -jar vibee.jar projections lists them)");
    }

    private static MasterKey masterKey(@Nullable Secret given, Variable variable, String expected) {
        if (given == null) {
            throw new SettingsException(variable.variableName() + ": unset (expected: " + expected + ")");
        }
        return MasterKey.of(given.reveal());
    }
}
