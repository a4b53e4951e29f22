package io.vibee.cluster;

import io.vibee.persistence.keys.KeyDerivation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority of the nodes that have a master key. Each of them derives its key, an ECDSA key on P-256, and so issues its own
 * certificate, which the others trust. No file is handed around, and nothing is stored.
 */
final class ClusterAuthority {

    /** Eight bytes more than the curve's order has, so that the remainder favours no key (FIPS 186-5, A.2.1). */
    private static final int SEED = 40;

    /** Whatever the clocks of the machines say. A node makes a new certificate at each start. */
    private static final Date FROM = Date.from(Instant.parse("2000-01-01T00:00:00Z"));

    /** RFC 5280, 4.1.2.5: no end that is known. */
    private static final Date UNTIL = Date.from(Instant.parse("9999-12-31T23:59:59Z"));

    private static final int SERIAL_BITS = 128;
    private static final X500Name NAME = new X500Name("CN=Vibee cluster");
    private static final X500Name NODE = new X500Name("CN=Vibee node");
    private static final ECNamedDomainParameters CURVE = new ECNamedDomainParameters(
            SECObjectIdentifiers.secp256r1, CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1));

    private final ECPrivateKeyParameters key;
    private final SubjectPublicKeyInfo publicKey;

    private ClusterAuthority(ECPrivateKeyParameters key, SubjectPublicKeyInfo publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** The authority of a master key; the same on each node. */
    static ClusterAuthority of(String masterKey) {
        BigInteger seed = new BigInteger(1, KeyDerivation.derive(masterKey, "vibee cluster authority", SEED));
        BigInteger secret = seed.mod(CURVE.getN().subtract(BigInteger.ONE)).add(BigInteger.ONE);
        ECPublicKeyParameters point =
                new ECPublicKeyParameters(new FixedPointCombMultiplier().multiply(CURVE.getG(), secret), CURVE);
        try {
            return new ClusterAuthority(
                    new ECPrivateKeyParameters(secret, CURVE),
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(point));
        } catch (IOException e) {
            throw new IllegalStateException("the key of the cluster's certificates can't be written", e);
        }
    }

    /** Its own certificate, by which those that it issued are known. */
    X509Certificate certificate() {
        return sign(NAME, publicKey, new BasicConstraints(0), new KeyUsage(KeyUsage.keyCertSign), null);
    }

    /** What a node shows: a new key, and its certificate for both ends of a connection. */
    Identity issue() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new Identity(
                    pair.getPrivate(),
                    sign(
                            NODE,
                            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()),
                            new BasicConstraints(false),
                            new KeyUsage(KeyUsage.digitalSignature),
                            new ExtendedKeyUsage(
                                    new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                                    })));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keys on P-256 can't be made", e);
        }
    }

    /** A node's private key and its certificate. */
    record Identity(PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return "Identity[" + certificate.getSerialNumber() + "]";
        }
    }

    private X509Certificate sign(
            X500Name subject,
            SubjectPublicKeyInfo subjectKey,
            BasicConstraints constraints,
            KeyUsage usage,
            @Nullable ExtendedKeyUsage purposes) {
        try {
            BcX509ExtensionUtils extensions = new BcX509ExtensionUtils();
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                            NAME, new BigInteger(SERIAL_BITS, new SecureRandom()), FROM, UNTIL, subject, subjectKey)
                    .addExtension(Extension.basicConstraints, true, constraints)
                    .addExtension(Extension.keyUsage, true, usage)
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subjectKey))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(publicKey));
            if (purposes != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, purposes);
            }
            byte[] encoded = builder.build(signer()).getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate of the cluster can't be made", e);
        }
    }

    private ContentSigner signer() throws OperatorCreationException {
        AlgorithmIdentifier signature = new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
        return new BcECContentSignerBuilder(signature, new DefaultDigestAlgorithmIdentifierFinder().find(signature))
                .build(key);
    }
}
