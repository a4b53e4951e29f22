import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which texts Vibee's own journal says were in doubt, and so were sent again on purpose. */
final class Doubts {
    private static final String IN_DOUBT =
            """
            select (delivered.event ->> 'telegram_message_id')::bigint
            from event_json delivered
            where delivered.type like '%Delivered'
              and (delivered.event ->> 'telegram_message_id')::bigint = any (?)
              and exists (
                select from event_json doubt
                where doubt.persistence_id = delivered.persistence_id
                  and doubt.type like '%DeliveryInDoubt'
                  and doubt.event ->> 'draft_id' = delivered.event ->> 'draft_id')""";

    private final Set<Long> messages = new HashSet<>();

    private Doubts() {}

    /** Reads the journal for questions that were answered twice. */
    static Doubts of(String database, List<Ledger.Question> twice) throws SQLException {
        var doubts = new Doubts();
        if (twice.isEmpty()) {
            return doubts;
        }
        try (Connection connection = DriverManager.getConnection(database);
                PreparedStatement select = connection.prepareStatement(IN_DOUBT)) {
            Array ids = connection.createArrayOf(
                    "bigint",
                    twice.stream()
                            .flatMap(question -> question.sent().stream())
                            .map(sent -> sent.messageId)
                            .toArray());
            select.setArray(1, ids);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    doubts.messages.add(rows.getLong(1));
                }
            }
        }
        return doubts;
    }

    boolean has(Ledger.Question question) {
        return question.sent().stream().anyMatch(sent -> messages.contains(sent.messageId));
    }
}
