package io.vibee.boot;

import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.persistence.keys.TestKeys;
import io.vibee.protocol.crypto.TextCiphers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;

/** Real keys that no database knows. A subject whose key was erased gets a new one, unless its owner was erased. */
public final class MemoryCiphers implements TextCiphers {

    private record Subject(String owner, String name) {}

    /** Of each subject, the last one is the one in use. */
    private final Map<Subject, List<DataKey>> keys = new HashMap<>();

    private final Set<String> erasedOwners = new HashSet<>();
    private final AtomicBoolean defect = new AtomicBoolean();

    /** Who asks next meets an exception instead of a stage. */
    public void throwAtNext() {
        defect.set(true);
    }

    /** Whether nobody has met it. */
    public boolean throwing() {
        return defect.get();
    }

    private void meetDefect() {
        if (defect.getAndSet(false)) {
            throw new IllegalStateException("a defect of the keys");
        }
    }

    /** As its owner's erasure begins. */
    public synchronized void eraseOwner(String owner) {
        erasedOwners.add(owner);
        keys.forEach((subject, all) -> {
            if (subject.owner.equals(owner)) {
                all.forEach(TestKeys::erase);
            }
        });
    }

    /** As an erasure of the subject alone does. */
    public synchronized void erase(String owner, String subject) {
        keys.getOrDefault(new Subject(owner, subject), List.of()).forEach(TestKeys::erase);
    }

    /** As an erasure of a chat does. */
    public CompletionStage<Done> eraseChat(String owner, String chatId) {
        erase(owner, "chat:" + chatId);
        return CompletableFuture.completedStage(Done.getInstance());
    }

    @Override
    public synchronized CompletionStage<DataKey> obtain(String owner, String subject) {
        meetDefect();
        if (erasedOwners.contains(owner)) {
            return CompletableFuture.failedStage(new OwnerErasedException(owner));
        }
        List<DataKey> all = keys.computeIfAbsent(new Subject(owner, subject), first -> new ArrayList<>());
        if (all.isEmpty() || all.getLast().erased()) {
            all.add(TestKeys.dataKey(owner, subject + "-" + all.size()));
        }
        return CompletableFuture.completedStage(all.getLast());
    }

    @Override
    public synchronized CompletionStage<DataKey> load(String owner, String keyId) {
        meetDefect();
        return keys.entrySet().stream()
                .filter(entry -> entry.getKey().owner.equals(owner))
                .flatMap(entry -> entry.getValue().stream())
                .filter(key -> key.keyId().equals(keyId))
                .findFirst()
                .map(CompletableFuture::completedStage)
                .orElseGet(() -> CompletableFuture.failedStage(new IllegalArgumentException("no key " + keyId)));
    }
}
