package io.vibee.persistence.account;

/** Another user has this name, perhaps in other letter case. */
public final class UsernameTakenException extends RuntimeException {

    UsernameTakenException(String username) {
        super("username " + username + " is taken");
    }
}
