package io.vibee.http;

import io.vibee.persistence.account.Users;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The users who run the service. Everybody else is refused what is for them. */
public final class Operators {

    private final Users users;
    private final Set<String> keys;

    /**
     * @param usernames in any form in which they can sign in
     */
    public Operators(Users users, Set<String> usernames) {
        this.users = users;
        this.keys = usernames.stream().map(Users::key).collect(Collectors.toUnmodifiableSet());
    }

    /** An endpoint for operators alone; a {@link ProblemKind#OPERATORS_ONLY} for others. */
    Function<Caller, CompletionStage<HttpResponse>> only(Function<Caller, CompletionStage<HttpResponse>> endpoint) {
        return caller -> isOperator(caller).thenCompose(is -> {
            if (!is) {
                throw ProblemException.of(
                        ProblemKind.OPERATORS_ONLY, "Operators are the users whom VIBEE_OPERATORS names.");
            }
            return endpoint.apply(caller);
        });
    }

    private CompletionStage<Boolean> isOperator(Caller caller) {
        return keys.isEmpty()
                ? CompletableFuture.completedStage(false)
                : users.findById(caller.userId())
                        .thenApply(found -> found.filter(user -> keys.contains(Users.key(user.username())))
                                .isPresent());
    }
}
