package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import io.vibee.account.AccessTokens;
import io.vibee.account.CredentialRules;
import io.vibee.account.Credentials;
import io.vibee.account.RefreshToken;
import io.vibee.account.SignIn;
import io.vibee.account.SignInClient;
import io.vibee.persistence.account.User;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** Registration, sign-in, and what keeps a user signed in. */
public final class AuthRoutes {

    private static final String PREFIX = "/api/v1/auth";
    /** No password is longer, whatever its characters; keeps the hash's input small. */
    private static final int LONGEST_SECRET = 512;

    private final AuthenticatedEndpoint endpoint;
    private final Credentials credentials;

    public AuthRoutes(AuthenticatedEndpoint endpoint, Credentials credentials) {
        this.endpoint = endpoint;
        this.credentials = credentials;
    }

    public Route route() {
        return pathPrefix(
                separateOnSlashes("api/v1/auth"),
                () -> concat(
                        path("register", () -> post(() -> endpoint.open(PREFIX + "/register", this::register))),
                        path("login", () -> post(() -> endpoint.open(PREFIX + "/login", this::signIn))),
                        path("refresh", () -> post(() -> endpoint.open(PREFIX + "/refresh", this::refresh))),
                        path("logout", () -> post(() -> endpoint.open(PREFIX + "/logout", this::signOut)))));
    }

    record RegisterBody(
            @Nullable String username,
            @Nullable String password,
            @Nullable Long telegramId) {
        @Override
        public String toString() {
            return "RegisterBody[" + username + "]";
        }
    }

    record SignInBody(@Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "SignInBody[" + username + "]";
        }
    }

    record RefreshBody(@Nullable String refreshToken) {
        @Override
        public String toString() {
            return "RefreshBody[]";
        }
    }

    record UserView(String id, String username, @Nullable Long telegramId, String tier, Instant createdAt) {
        static UserView of(User user) {
            return new UserView(user.id(), user.username(), user.telegramId(), user.tier(), user.createdAt());
        }
    }

    record SignedInView(UserView user, String accessToken, String refreshToken, String tokenType, long expiresIn) {
        @Override
        public String toString() {
            return "SignedInView[" + user.id() + "]";
        }
    }

    private CompletionStage<HttpResponse> register(HttpRequest request) {
        return endpoint.body(request, RegisterBody.class).thenCompose(body -> {
            Violations violations = new Violations();
            String username = violations.required(body.username(), "/username", "a string", "");
            String password = violations.required(body.password(), "/password", "a string", "");
            if (body.username() != null) {
                CredentialRules.objectionToUsername(username)
                        .ifPresent(expected -> violations.body(false, "/username", expected));
            }
            if (body.password() != null) {
                CredentialRules.objectionToPassword(username, password)
                        .ifPresent(expected -> violations.body(false, "/password", expected));
            }
            violations.body(body.telegramId() == null || body.telegramId() > 0, "/telegram_id", "a positive integer");
            violations.refuseIfAny();
            return credentials
                    .register(username, password, body.telegramId(), client(request))
                    .thenApply(result -> answer(result, StatusCodes.CREATED));
        });
    }

    private CompletionStage<HttpResponse> signIn(HttpRequest request) {
        return endpoint.body(request, SignInBody.class).thenCompose(body -> {
            Violations violations = new Violations();
            String username = violations.required(body.username(), "/username", "a string", "");
            String password = violations.required(body.password(), "/password", "a string", "");
            violations.refuseIfAny();
            // A text that can't be a name or password is wrong without a look at the database. This reveals nothing.
            if (CredentialRules.objectionToUsername(username).isPresent() || password.length() > LONGEST_SECRET) {
                return CompletableFuture.completedStage(
                        answer(new SignIn.Refused(SignIn.Reason.WRONG_CREDENTIALS), StatusCodes.OK));
            }
            return credentials
                    .signIn(username, password, client(request))
                    .thenApply(result -> answer(result, StatusCodes.OK));
        });
    }

    private CompletionStage<HttpResponse> refresh(HttpRequest request) {
        return endpoint.body(request, RefreshBody.class)
                .thenCompose(body -> RefreshToken.parse(given(body))
                        .map(credentials::refresh)
                        .orElseGet(() ->
                                CompletableFuture.completedStage(new SignIn.Refused(SignIn.Reason.WRONG_REFRESH_TOKEN)))
                        .thenApply(result -> answer(result, StatusCodes.OK)));
    }

    private CompletionStage<HttpResponse> signOut(HttpRequest request) {
        return endpoint.body(request, RefreshBody.class)
                .thenCompose(body -> RefreshToken.parse(given(body))
                        .map(token -> credentials.signOut(token).thenApply(done -> Responses.noContent()))
                        .orElseGet(() -> CompletableFuture.completedStage(Responses.noContent())));
    }

    private static String given(RefreshBody body) {
        Violations violations = new Violations();
        String token = violations.required(body.refreshToken(), "/refresh_token", "a string", "");
        violations.refuseIfAny();
        return token;
    }

    /** Every 401 names how to authenticate (RFC 9110, 15.5.2). This one does too, although the body authenticates here. */
    private static ProblemException wrong(String detail) {
        return ProblemException.of(ProblemKind.WRONG_CREDENTIALS, detail)
                .with("WWW-Authenticate", ProblemException.CHALLENGE);
    }

    private static SignInClient client(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(remote -> remote.getAddress())
                .map(SignInClient::of)
                .orElse(SignInClient.SELF);
    }

    private static HttpResponse answer(SignIn result, StatusCode granted) {
        return switch (result) {
            case SignIn.Granted signedIn ->
                Responses.json(
                        granted,
                        new SignedInView(
                                UserView.of(signedIn.user()),
                                signedIn.accessToken(),
                                signedIn.refreshToken().text(),
                                "Bearer",
                                AccessTokens.LIFETIME.toSeconds()));
            case SignIn.Limited limited ->
                throw ProblemException.later(
                        ProblemKind.TOO_MANY_REQUESTS, "Too much was tried under this name.", limited.retryAfter());
            case SignIn.Refused refused ->
                throw switch (refused.reason()) {
                    case USERNAME_TAKEN ->
                        ProblemException.of(ProblemKind.USERNAME_TAKEN, "Another user has this name; choose another.");
                    case WRONG_CREDENTIALS -> wrong("The username or the password is wrong.");
                    case WRONG_REFRESH_TOKEN -> wrong("The refresh token is not valid; sign in again.");
                    case SUSPENDED -> ProblemException.of(ProblemKind.SUSPENDED, "This account is suspended.");
                };
        };
    }
}
