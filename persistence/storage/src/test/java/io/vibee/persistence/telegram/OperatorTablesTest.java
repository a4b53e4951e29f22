package io.vibee.persistence.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.account.TelegramLinks;
import io.vibee.persistence.account.TelegramLinks.Binding;
import io.vibee.persistence.account.UsernameTakenException;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.account.Users.TelegramAccount;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.BusinessLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class OperatorTablesTest extends DatabaseSpecification {

    private static final long BOT = 9;
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private final Users users = new Users(database);
    private final SessionRows sessions = new SessionRows(database);
    private final BusinessRows people = new BusinessRows(database);
    private final ManagedBotRows made = new ManagedBotRows(database);
    private final TelegramLinks links = new TelegramLinks(database);
    private final Desk desk = new Desk(database);

    @BeforeEach
    void addUsers() {
        addUser("ann");
        addUser("bob");
    }

    private static BusinessLink link(String id, boolean enabled) {
        return new BusinessLink(id, 42, 42, enabled, true, false);
    }

    private static byte[] code(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Binding bind(String user, long telegramId, @Nullable String language) {
        byte[] code = code(user + telegramId + language);
        await(links.issue(code, new TelegramLinks.Link(user, ChatMode.DRAFT), Duration.ofMinutes(15)));
        return await(links.bind(code, new TelegramAccount(telegramId, language)));
    }

    @Test
    void aTelegramAccountIsOneUsersOnceTelegramHasShownIt() {
        assertThat(bind("ann", 42, "ru")).isInstanceOf(Binding.Bound.class);
        assertThat(bind("ann", 42, null)).isInstanceOf(Binding.Bound.class);
        assertThat(bind("bob", 42, "en")).isInstanceOf(Binding.Taken.class);

        assertThat(await(users.findByTelegram(42)))
                .hasValueSatisfying(user -> assertThat(user.id()).isEqualTo("ann"));
        assertThat(await(users.findByTelegram(43))).isEmpty();
        assertThat(await(users.telegramOf("ann"))).contains(new TelegramAccount(42, null));
        assertThat(await(users.telegramOf("bob"))).isEmpty();
    }

    @Test
    void whoIsRegisteredFromTelegramIsThatUserHoweverOften() {
        TelegramAccount account = new TelegramAccount(42, "ru");
        String first = await(users.registerFromTelegram("usr_1", "tg42", "hash", account))
                .id();
        String again = await(users.registerFromTelegram("usr_2", "tg42", "hash", account))
                .id();

        assertThat(first).isEqualTo("usr_1");
        assertThat(again).isEqualTo("usr_1");
        assertThat(await(users.telegramOf("usr_1"))).contains(account);
        assertThatThrownBy(
                        () -> await(users.registerFromTelegram("usr_3", "TG42", "hash", new TelegramAccount(43, null))))
                .isInstanceOf(UsernameTakenException.class);
    }

    @Test
    void theOperatorIsAUserAsWhomNobodyCanSignIn() {
        await(users.ensureOperator("usr_operator"));
        await(users.ensureOperator("usr_operator"));

        assertThat(await(users.findById("usr_operator"))).hasValueSatisfying(user -> {
            assertThat(user.passwordHash()).isEmpty();
            assertThat(user.registered()).isTrue();
        });
    }

    @Test
    void aPersonsConnectionIsKnownByItsNewestIdAndAnOlderWordDoesNotCount() {
        await(people.told(BOT, link("bc_1", true), NOON));
        await(people.give(BOT, 42, "ann", session("ses_1", "ann")));
        BusinessRow changed = await(people.told(BOT, link("bc_2", true), NOON.plusSeconds(1)));
        BusinessRow late = await(people.told(BOT, link("bc_1", false), NOON));

        assertThat(changed.owner()).isEqualTo("ann");
        assertThat(late).isEqualTo(changed);
        assertThat(await(people.find(BOT, "bc_1"))).isEmpty();
        assertThat(await(people.find(BOT, "bc_2"))).contains(changed);
        assertThat(await(people.find(BOT + 1, "bc_2"))).isEmpty();
    }

    @Test
    void aSessionThatItsOwnerRemovedComesBackOnlyWhenThePersonConnectsAnew() {
        await(people.told(BOT, link("bc_1", true), NOON));
        await(people.give(BOT, 42, "ann", session("ses_1", "ann")));
        await(sessions.delete("ann", "ses_1"));

        assertThat(await(people.told(BOT, link("bc_1", true), NOON)).removed()).isTrue();
        BusinessRow anew = await(people.told(BOT, link("bc_2", true), NOON.plusSeconds(1)));
        assertThat(anew.removed()).isFalse();
        assertThat(anew.owner()).isNull();
    }

    @Test
    void aPersonWhomNobodyKnowsIsToldOnce() {
        await(people.told(BOT, link("bc_1", true), NOON));

        assertThat(await(people.instruct(BOT, 42))).isTrue();
        assertThat(await(people.instruct(BOT, 42))).isFalse();
        assertThat(await(people.instruct(BOT, 43))).isFalse();
    }

    @Test
    void aCodeIsGoodOnceAndInTime() {
        TelegramLinks.Link wanted = new TelegramLinks.Link("ann", ChatMode.OBSERVE);
        assertThat(await(links.issue(code("one"), wanted, Duration.ofMinutes(15))))
                .isAfter(Instant.now());
        await(links.issue(code("late"), wanted, Duration.ZERO));

        TelegramAccount account = new TelegramAccount(42, null);
        assertThat(await(links.bind(code("one"), account))).isEqualTo(new Binding.Bound(wanted));
        assertThat(await(links.bind(code("one"), account))).isInstanceOf(Binding.NoCode.class);
        assertThat(await(links.bind(code("late"), account))).isInstanceOf(Binding.NoCode.class);
        assertThat(await(links.bind(code("never"), account))).isInstanceOf(Binding.NoCode.class);
    }

    @Test
    void onlyTheNewestCodesOfAUserAreGood() {
        TelegramLinks.Link wanted = new TelegramLinks.Link("ann", ChatMode.DRAFT);
        for (int i = 1; i <= 6; i++) {
            await(links.issue(code("code" + i), wanted, Duration.ofMinutes(i)));
        }
        await(links.deleteExpired());

        TelegramAccount account = new TelegramAccount(42, null);
        assertThat(await(links.bind(code("code1"), account))).isInstanceOf(Binding.NoCode.class);
        assertThat(await(links.bind(code("code2"), account))).isInstanceOf(Binding.Bound.class);
        assertThat(await(links.bind(code("code6"), account))).isInstanceOf(Binding.Bound.class);
    }

    @Test
    void otherWordsAreForOneDraftOfOnesOwn() {
        await(desk.beginEdit(42, "ann", new DraftId("cht_1", "out1"), Duration.ofMinutes(1)));
        await(desk.beginEdit(42, "ann", new DraftId("cht_2", "out2"), Duration.ofMinutes(1)));

        assertThat(await(desk.editing(42, "ann"))).contains(new DraftId("cht_2", "out2"));
        assertThat(await(desk.editing(42, "bob"))).isEmpty();
        await(desk.endEdit(42));
        assertThat(await(desk.editing(42, "ann"))).isEmpty();
        await(desk.beginEdit(42, "ann", new DraftId("cht_1", "out1"), Duration.ZERO));
        assertThat(await(desk.editing(42, "ann"))).isEmpty();
    }

    @Test
    void aDraftIsShownByOne() {
        DraftId draft = new DraftId("cht_1", "out1");

        assertThat(await(desk.takeCard("ann", draft))).isTrue();
        assertThat(await(desk.takeCard("ann", draft))).isFalse();
        assertThat(await(desk.card(draft))).isEmpty();
        await(desk.showedCard(draft, 17));
        assertThat(await(desk.card(draft))).contains(17L);
        assertThat(await(desk.takeCard("ann", draft))).isFalse();
    }

    @Test
    void aDraftThatCannotBeShownIsGivenUpAndOldOnesAreForgotten() {
        DraftId refused = new DraftId("cht_1", "out1");
        await(desk.takeCard("ann", refused));
        await(desk.giveCardUp(refused));
        await(desk.takeCard("ann", new DraftId("cht_2", "out1")));
        execute("update draft_card set created_at = now() - interval '1 hour' where chat_id = 'cht_1'");
        execute("update draft_card set created_at = now() - interval '9 days' where chat_id = 'cht_2'");

        assertThat(await(desk.takeCard("ann", refused))).isFalse();
        assertThat(await(desk.card(refused))).isEmpty();
        await(desk.forgetOld());
        assertThat(await(desk.takeCard("ann", new DraftId("cht_2", "out1")))).isTrue();
        assertThat(await(desk.takeCard("ann", refused))).isFalse();
    }

    private ManagedBotRow madeBy(long person) {
        return await(made.told(BOT, person, 8, "twin_bot", ChatMode.DIGITAL_TWIN));
    }

    private String ofOnesOwn(String id, String owner, long botId) {
        await(sessions.claim(
                new SessionRow(id, owner, "bot", botId, "twin_bot", false, null, "draft", "polling", Instant.EPOCH),
                0));
        return id;
    }

    @Test
    void aBotThatAPersonMadeWaitsUntilItIsASession() {
        ManagedBotRow row = madeBy(42);
        assertThat(row)
                .isEqualTo(new ManagedBotRow(8, 42, "twin_bot", ChatMode.DIGITAL_TWIN, null, false, false, false));
        await(made.told(row));
        await(made.give(row, "ann"));
        ManagedBotRow given = await(made.told(BOT, 42, 8, "renamed_bot", ChatMode.DRAFT));
        assertThat(given)
                .isEqualTo(new ManagedBotRow(8, 42, "renamed_bot", ChatMode.DIGITAL_TWIN, "ann", true, false, false));
        assertThat(await(made.waiting(BOT, 42))).containsExactly(given);
        assertThat(await(made.waiting(BOT, 43))).isEmpty();
        assertThat(await(made.waiting(BOT + 1, 42))).isEmpty();

        ofOnesOwn("ses_8", "ann", 8);
        await(made.connected(row));
        assertThat(await(made.waiting(BOT, 42))).isEmpty();
        assertThat(madeBy(42).removed()).isFalse();
        await(sessions.delete("ann", "ses_8"));
        assertThat(madeBy(42).removed()).isTrue();
    }

    @Test
    void aBotOfAnotherPersonIsANewOne() {
        ManagedBotRow anns = madeBy(42);
        await(made.give(anns, "ann"));
        await(made.connected(anns));
        ManagedBotRow bobs = madeBy(43);
        assertThat(bobs.owner()).isNull();
        assertThat(bobs.connected()).isFalse();

        await(made.give(anns, "ann"));
        await(made.connected(anns));
        assertThat(madeBy(43)).isEqualTo(bobs);
        assertThat(await(made.told(BOT + 1, 43, 8, "twin_bot", ChatMode.DRAFT)).defaultMode())
                .isEqualTo(ChatMode.DRAFT);
    }

    @Test
    void whoMadeABotManagesItsSessionAndNobodyElseDoes() {
        await(made.give(madeBy(42), "ann"));
        ofOnesOwn("ses_8", "ann", 8);
        ofOnesOwn("ses_7", "ann", 7);

        assertThat(await(made.ofSession(BOT, "ann", "ses_8")))
                .hasValueSatisfying(row -> assertThat(row.botId()).isEqualTo(8));
        assertThat(await(made.ofSession(BOT, "ann", "ses_7"))).isEmpty();
        assertThat(await(made.ofSession(BOT, "bob", "ses_8"))).isEmpty();
        assertThat(await(made.ofSession(BOT + 1, "ann", "ses_8"))).isEmpty();
        await(made.give(madeBy(43), "bob"));
        assertThat(await(made.ofSession(BOT, "ann", "ses_8"))).isEmpty();
        assertThat(await(made.ofSession(BOT, "bob", "ses_8"))).isEmpty();
    }

    @Test
    void whatAPersonMadeGoesWithTheUser() {
        await(made.give(madeBy(42), "ann"));
        execute("delete from app_user where id = 'ann'");

        assertThat(number("select count(*) from managed_bot")).isZero();
    }

    private String session(String id, String owner) {
        await(sessions.claim(
                new SessionRow(
                        id, owner, "business", BOT, "operators_bot", false, null, "draft", "polling", Instant.EPOCH),
                0));
        return id;
    }
}
