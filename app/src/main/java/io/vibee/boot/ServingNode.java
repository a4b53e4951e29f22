package io.vibee.boot;

import io.vibee.account.Passwords;
import io.vibee.http.AddressLimiter;
import io.vibee.http.AuditItems;
import io.vibee.http.AuditRoutes;
import io.vibee.http.AuthRoutes;
import io.vibee.http.AuthenticatedEndpoint;
import io.vibee.http.ChatMessages;
import io.vibee.http.ChatRoutes;
import io.vibee.http.ClearTexts;
import io.vibee.http.DeadLetterRoutes;
import io.vibee.http.DraftRoutes;
import io.vibee.http.EntityPage;
import io.vibee.http.Export;
import io.vibee.http.ExportRoutes;
import io.vibee.http.FrontBinding;
import io.vibee.http.HealthRoutes;
import io.vibee.http.HttpFront;
import io.vibee.http.LinkRoutes;
import io.vibee.http.ManagedBotRoutes;
import io.vibee.http.MetricsRoutes;
import io.vibee.http.NodeRoutes;
import io.vibee.http.Operators;
import io.vibee.http.SendingSessions;
import io.vibee.http.SessionLookup;
import io.vibee.http.SessionRoutes;
import io.vibee.http.UsageRoutes;
import io.vibee.http.UserRoutes;
import io.vibee.http.WebhookRoutes;
import io.vibee.journal.database.Database;
import io.vibee.metrics.MetricsScrape;
import io.vibee.persistence.audit.AuditLog;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.ReadDeadLetters;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.persistence.read.UsageDays;
import io.vibee.reply.GuardedProvider;
import io.vibee.sandbox.Sandbox;
import io.vibee.settings.HttpSettings;
import io.vibee.settings.Secrets;
import io.vibee.settings.Settings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Composes a node that serves: its {@link ClusterMember}, the HTTP front, and the sandbox when it is on. */
final class ServingNode {

    private static final Logger LOG = LoggerFactory.getLogger(ServingNode.class);
    private static final Duration UNBIND_WITHIN = Duration.ofSeconds(3);

    private ServingNode() {}

    /** Starts everything; returns when it serves, or throws. */
    static void start(ActorSystem<?> system, Settings settings, Secrets secrets) {
        Sandbox sandbox = settings.service().sandbox()
                ? sandbox(system, settings.service().sandboxPort())
                : null;
        URI telegram = sandbox == null ? settings.telegram().apiUrl() : sandbox.telegramUrl();
        ClusterMember member = ClusterMember.start(
                system,
                settings,
                secrets,
                new ClusterMember.NodeEnvironment(
                        telegram,
                        PublicUrl.of(settings.http(), telegram),
                        sandbox == null ? null : sandbox.operatorBot().token(),
                        ModelProviders.of(settings.ai(), sandbox),
                        GuardedProvider.Breaker.DEFAULT,
                        Passwords.Cost.OWASP,
                        Clock.systemUTC()));
        FrontBinding binding = bind(system, settings, member);
        stopInOrder(system, binding, sandbox);
        InetSocketAddress address = binding.localAddress();
        LOG.info("Vibee serves at http://{}:{}", settings.http().host(), address.getPort());
        if (sandbox != null) {
            new SandboxBanner(sandbox, member.credentials(), member.connections(), secrets)
                    .prepareAndPrint(settings.http().host(), address.getPort());
        }
    }

    private static FrontBinding bind(ActorSystem<?> system, Settings settings, ClusterMember member) {
        HttpSettings http = settings.http();
        Database database = Database.get(system);
        AuthenticatedEndpoint endpoint = new AuthenticatedEndpoint(system, member.accessTokens(), member.entities());
        EntityPage gathering = new EntityPage(system);
        ClearTexts texts = new ClearTexts(member.keys());
        AuditItems auditItems = new AuditItems(texts);
        SessionLookup sessionLookup = new SessionLookup(endpoint, member.entities());
        AuditLog audit = new AuditLog(database);
        ReadChats chats = new ReadChats(database);
        ChatMessages messages = new ChatMessages(chats, new ReadMessages(database), member.sessionRows(), system);
        UserRoutes users = new UserRoutes(endpoint, member.users(), member.erasure(), member.entities());
        Export export = new Export(
                endpoint,
                member.entities(),
                member.sessionRows(),
                sessionLookup,
                audit,
                auditItems,
                messages,
                new UsageDays(database));
        SendingSessions sending = new SendingSessions(member.sessionRows(), sessionLookup);
        AddressLimiter addresses = new AddressLimiter(http.addressRequestsPerMinute());
        HttpFront front = new HttpFront(
                system,
                addresses,
                http.connectionsPerAddress(),
                List.of(
                        new AuthRoutes(endpoint, member.credentials()).route(),
                        users.route(),
                        new ExportRoutes(system, endpoint, users, export).route(),
                        new UsageRoutes(endpoint, member.entities()).route(),
                        new LinkRoutes(endpoint, member.operatorBot()::bot, member.telegramLinks()).route(),
                        new SessionRoutes(
                                        endpoint,
                                        member.sessionRows(),
                                        member.connections(),
                                        member.entities(),
                                        sessionLookup,
                                        gathering,
                                        member.webhooks())
                                .route(),
                        new ManagedBotRoutes(endpoint, member.sessionRows(), member.managedBots()).route(),
                        new WebhookRoutes(endpoint, addresses, member.webhooks(), member.postedUpdates()).route(),
                        new ChatRoutes(endpoint, member.entities(), chats, messages, member.replyWithin()).route(),
                        new DeadLetterRoutes(
                                        system,
                                        endpoint,
                                        member.entities(),
                                        new ReadDeadLetters(database),
                                        member.sessionRows(),
                                        sending,
                                        Clock.systemUTC())
                                .route(),
                        new DraftRoutes(endpoint, member.entities(), new ReadDrafts(database), sending).route(),
                        new AuditRoutes(endpoint, audit, auditItems).route(),
                        new NodeRoutes(
                                        endpoint,
                                        new Operators(
                                                member.users(),
                                                settings.service().operators()),
                                        new ClusterOverview(system)::all)
                                .route(),
                        new HealthRoutes(
                                        endpoint,
                                        CommandLine.version(),
                                        new HealthChecks(system, member.providers()).all())
                                .route(),
                        new MetricsRoutes(endpoint, MetricsScrape::text).route()));
        try {
            return front.bind(http.host(), http.port()).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new StartException(
                    "The address " + http.host() + ":" + http.port()
                            + " can't be used (VIBEE_HTTP_HOST, VIBEE_HTTP_PORT)",
                    e);
        }
    }

    private static void stopInOrder(ActorSystem<?> system, FrontBinding binding, @Nullable Sandbox sandbox) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceUnbind(), "http-front", () -> binding.terminate(UNBIND_WITHIN));
        if (sandbox != null) {
            shutdown.addTask(CoordinatedShutdown.PhaseClusterExitingDone(), "sandbox", sandbox::stop);
        }
    }

    private static Sandbox sandbox(ActorSystem<?> system, int port) {
        CompletionStage<Sandbox> sandbox = Sandbox.start(system, port);
        try {
            return sandbox.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new StartException(
                    "The sandbox's address 127.0.0.1:" + port + " can't be used (VIBEE_SANDBOX_PORT)", e);
        }
    }
}
