package io.vibee.persistence.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.account.Rotation.Reused;
import io.vibee.persistence.account.Rotation.Rotated;
import io.vibee.persistence.account.Rotation.Unknown;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class RefreshTokensTest extends DatabaseSpecification {

    private final RefreshTokens tokens = new RefreshTokens(database);
    private final Instant later = Instant.now().plus(Duration.ofDays(30));

    @BeforeEach
    void signInTwice() {
        addUser("ann");
        await(tokens.issue("ann", "phone", hash("p1"), later));
        await(tokens.issue("ann", "laptop", hash("l1"), later));
    }

    @Test
    void aTokenIsExchangedForTheNextOfItsFamily() {
        assertThat(rotate("p1", "p2")).isEqualTo(new Rotated("ann", "phone"));
        assertThat(rotate("p2", "p3")).isEqualTo(new Rotated("ann", "phone"));
    }

    @Test
    void aTokenUsedTwiceEndsItsFamilyAndNoOther() {
        rotate("p1", "p2");

        assertThat(rotate("p1", "p3")).isEqualTo(new Reused("ann", "phone"));
        assertThat(rotate("p2", "p4")).isEqualTo(new Unknown());
        assertThat(rotate("l1", "l2")).isEqualTo(new Rotated("ann", "laptop"));
    }

    @RepeatedTest(10)
    void ofTwoExchangesAtOnceOneSucceedsAndTheOtherEndsTheFamily() {
        List<Rotation> both = awaitAll(
                List.of(tokens.rotate(hash("p1"), hash("p2"), later), tokens.rotate(hash("p1"), hash("p3"), later)));

        assertThat(both).containsExactlyInAnyOrder(new Rotated("ann", "phone"), new Reused("ann", "phone"));
        assertThat(number("select count(*) from refresh_token where family = 'phone'"))
                .isZero();
    }

    @RepeatedTest(10)
    void theSuccessorThatIsMadeMeanwhileEndsWithItsFamily() {
        rotate("p1", "p2");

        List<Rotation> both = awaitAll(
                List.of(tokens.rotate(hash("p2"), hash("p3"), later), tokens.rotate(hash("p1"), hash("p4"), later)));

        assertThat(both.get(1)).isEqualTo(new Reused("ann", "phone"));
        assertThat(number("select count(*) from refresh_token where family = 'phone'"))
                .isZero();
    }

    @Test
    void signingOutEndsTheFamily() {
        rotate("p1", "p2");

        assertThat(await(tokens.isLive("ann", "phone"))).isTrue();
        assertThat(await(tokens.isLive("bob", "phone"))).isFalse();
        assertThat(await(tokens.end(hash("p1")))).contains(new RefreshTokens.Ended("ann", "phone"));
        assertThat(await(tokens.end(hash("never issued")))).isEmpty();
        assertThat(await(tokens.isLive("ann", "phone"))).isFalse();

        assertThat(rotate("p2", "p3")).isEqualTo(new Unknown());
        assertThat(rotate("l1", "l2")).isInstanceOf(Rotated.class);
    }

    @Test
    void aFamilyKeepsThePlaceFromWhichItWasSignedIn() {
        Users users = new Users(database);
        String name = await(users.findById("ann")).orElseThrow().username();
        await(tokens.issue("ann", "desk", hash("d1"), later, "home"));
        rotate("d1", "d2");

        assertThat(await(users.findForSignIn(name, "home")))
                .map(Users.SigningIn::knownPlace)
                .contains(true);
        assertThat(await(users.findForSignIn(name, "elsewhere")))
                .map(Users.SigningIn::knownPlace)
                .contains(false);
        assertThat(await(users.findForSignIn("nobody", "home"))).isEmpty();
        assertThat(number("select count(*) from refresh_token where signed_in_from = 'home'"))
                .isEqualTo(2);
    }

    @Test
    void anExpiredTokenIsUnknownAndIsForgotten() {
        await(tokens.issue("ann", "old", hash("o1"), Instant.now().minusSeconds(1)));

        assertThat(rotate("o1", "o2")).isEqualTo(new Unknown());
        assertThat(await(tokens.deleteExpired())).isEqualTo(1);
        assertThat(await(tokens.deleteExpired())).isZero();
        assertThat(number("select count(*) from refresh_token")).isEqualTo(2);
    }

    private Rotation rotate(String old, String next) {
        return await(tokens.rotate(hash(old), hash(next), later));
    }

    private static byte[] hash(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }
}
