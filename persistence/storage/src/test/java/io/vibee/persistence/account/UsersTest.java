package io.vibee.persistence.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class UsersTest extends DatabaseSpecification {

    private final Users users = new Users(database);

    @Test
    void aUserIsRegisteredInTwoSteps() {
        User begun = await(users.register("u1", "Ann", "hash", 42L));

        assertThat(begun.registered()).isFalse();
        assertThat(begun.tier()).isEqualTo("free");
        assertThat(begun.suspended()).isFalse();
        assertThat(begun.tokenVersion()).isZero();
        assertThat(begun.telegramId()).isEqualTo(42L);

        await(users.completeRegistration("u1"));
        await(users.completeRegistration("u1"));

        assertThat(await(users.findById("u1")).orElseThrow().registered()).isTrue();
    }

    @Test
    void aNameBelongsToOneUserWhateverItsLetterCase() {
        await(users.register("u1", "Straße", "hash", null));

        assertThatThrownBy(() -> await(users.register("u2", "STRASSE", "hash", null)))
                .isInstanceOf(UsernameTakenException.class);
        assertThat(await(users.findByUsername("strasse"))).map(User::username).contains("Straße");
        assertThat(await(users.findByUsername("somebody"))).isEmpty();
        assertThat(await(users.findById("u2"))).isEmpty();
    }

    @Test
    void ofManyWhoAskForANameAtOnceOneGetsIt() {
        long winners = IntStream.range(0, 20)
                .mapToObj(i -> users.register("u" + i, i % 2 == 0 ? "ann" : "ANN", "hash", null)
                        .handle((user, failure) -> failure == null))
                .toList()
                .stream()
                .filter(DatabaseSpecification::await)
                .count();

        assertThat(winners).isEqualTo(1);
    }

    @Test
    void theSweepSeesWhatWasBegunLongAgoAndNotCompleted() {
        await(users.register("old", "a", "hash", null));
        await(users.register("done", "b", "hash", null));
        await(users.register("new", "c", "hash", null));
        await(users.completeRegistration("done"));
        execute("update app_user set created_at = now() - interval '1 hour' where id <> 'new'");

        assertThat(await(users.registering(Duration.ofMinutes(1), 10)))
                .extracting(User::id)
                .containsExactly("old");
    }

    @Test
    void aTierIsToldUntilTheAccountKnowsIt() {
        await(users.register("u1", "Ann", "hash", null));
        await(users.completeRegistration("u1"));

        assertThat(await(users.changeTier("nobody", "paid"))).isFalse();
        assertThat(await(users.changeTier("ANN", "free"))).isTrue();
        assertThat(await(users.untold(10))).isEmpty();
        assertThat(await(users.changeTier("ann", "paid"))).isTrue();
        assertThat(await(users.untold(10))).extracting(User::tier).containsExactly("paid");

        await(users.changeTier("ann", "free"));
        await(users.told("u1", "paid"));
        assertThat(await(users.untold(10)))
                .as("it changed again meanwhile")
                .extracting(User::tier)
                .containsExactly("free");
        await(users.told("u1", "free"));
        assertThat(await(users.untold(10))).isEmpty();
    }

    @Test
    void itsTextFormHasNoHash() {
        assertThat(await(users.register("u1", "ann", "$argon2id$secret", null)).toString())
                .doesNotContain("argon2id");
    }
}
