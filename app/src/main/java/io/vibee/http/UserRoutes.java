package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.patch;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.account.Erasure;
import io.vibee.cluster.Entities;
import io.vibee.persistence.account.User;
import io.vibee.persistence.account.Users;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.OutsideHours;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.WorkingHours;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** The user and their settings. */
public final class UserRoutes {

    private static final String ME = "/api/v1/users/me";

    private final AuthenticatedEndpoint endpoint;
    private final Users users;
    private final Erasure erasure;
    private final Entities entities;

    public UserRoutes(AuthenticatedEndpoint endpoint, Users users, Erasure erasure, Entities entities) {
        this.endpoint = endpoint;
        this.users = users;
        this.erasure = erasure;
        this.entities = entities;
    }

    public Route route() {
        return path(
                separateOnSlashes("api/v1/users/me"),
                () -> concat(
                        get(() -> endpoint.signedIn(ME, this::show)),
                        patch(() -> endpoint.signedIn(ME, this::change)),
                        delete(() -> endpoint.signedIn(ME, this::erase))));
    }

    record ErasingView(String status) {}

    /**
     * @param days in lower case, as they are set
     */
    record WorkingHoursView(List<String> days, LocalTime from, LocalTime to) {
        static @Nullable WorkingHoursView of(@Nullable WorkingHours hours) {
            return hours == null
                    ? null
                    : new WorkingHoursView(
                            hours.days().stream()
                                    .map(day -> day.name().toLowerCase(Locale.ROOT))
                                    .toList(),
                            hours.from(),
                            hours.to());
        }
    }

    record MeView(
            String id,
            String username,
            @Nullable Long telegramId,
            String tier,
            Instant createdAt,
            @Nullable String persona,
            @Nullable String language,
            String timezone,
            @Nullable QuietHours quietHours,
            @Nullable WorkingHoursView workingHours,
            OutsideHours outsideHours,
            @Nullable String outsideNotice) {

        static MeView of(User user, AccountView settings) {
            return new MeView(
                    user.id(),
                    user.username(),
                    user.telegramId(),
                    user.tier(),
                    user.createdAt(),
                    settings.persona(),
                    settings.language(),
                    settings.timezone(),
                    settings.quietHours(),
                    WorkingHoursView.of(settings.availability().workingHours()),
                    settings.availability().outside(),
                    settings.notice());
        }

        @Override
        public String toString() {
            return "MeView[" + id + "]";
        }
    }

    private CompletionStage<HttpResponse> show(Caller caller) {
        return me(caller).thenApply(Responses::ok);
    }

    private CompletionStage<HttpResponse> change(Caller caller) {
        return endpoint.body(caller.request(), ObjectNode.class)
                .thenCompose(body -> settings(caller).thenCompose(now -> {
                    AccountView changed = SettingsPatch.apply(body, now);
                    return changed.equals(now)
                            ? settings(caller)
                            : endpoint.<AccountCommand, AccountView>askWithStatus(
                                    entities.account(caller.userId()),
                                    replyTo -> new AccountCommand.ChangeSettings(changed, replyTo));
                }))
                .thenCompose(settings -> me(caller, settings))
                .thenApply(Responses::ok);
    }

    private CompletionStage<HttpResponse> erase(Caller caller) {
        return erasure.erase(caller.userId())
                .thenApply(begun -> Responses.json(StatusCodes.ACCEPTED, new ErasingView("erasing")));
    }

    private CompletionStage<AccountView> settings(Caller caller) {
        return endpoint.askWithStatus(entities.account(caller.userId()), AccountCommand.GetSettings::new);
    }

    /** The user as of now. */
    CompletionStage<MeView> me(Caller caller) {
        return settings(caller).thenCompose(settings -> me(caller, settings));
    }

    private CompletionStage<MeView> me(Caller caller, AccountView settings) {
        return users.findById(caller.userId()).thenApply(found -> {
            User user = found.orElseThrow(() -> ProblemException.notFound("user"));
            return MeView.of(user, settings);
        });
    }
}
