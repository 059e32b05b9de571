// Certificates made in the test: an authority and what it signs. P-256, because RSA keys take long
// to make.
#ifndef BANTO_TESTS_UNIT_NET_TEST_CERTIFICATES_H_
#define BANTO_TESTS_UNIT_NET_TEST_CERTIFICATES_H_

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace banto::net {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

struct Identity {
  std::unique_ptr<EVP_PKEY, KeyDeleter> key;
  std::unique_ptr<X509, CertificateDeleter> certificate;
};

struct CertificateWish {
  std::string common_name;
  std::string alt_names{};  // "DNS:gpu1,IP:127.0.0.1"; empty: an authority
  long valid_from_s = -3600;
  long valid_for_s = 7200;
};

inline void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Signed by `issuer`, or by itself when that is nullptr.
inline Identity MakeIdentity(const CertificateWish& wish, const Identity* issuer) {
  static long serial = 1;
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_from_s + wish.valid_for_s);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1,
                             -1, 0);
  const Identity& signer = issuer != nullptr ? *issuer : made;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  X509* signer_certificate = signer.certificate.get();
  if (wish.alt_names.empty()) {
    AddExtension(certificate, signer_certificate, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    AddExtension(certificate, signer_certificate, NID_subject_alt_name, wish.alt_names);
  }
  X509_sign(certificate, signer.key.get(), EVP_sha256());
  return made;
}

// A certificate as a PEM file that goes away with this.
class PemFile {
 public:
  explicit PemFile(const Identity& identity) {
    path_ = ::testing::TempDir() + "banto-XXXXXX";
    const int fd = mkstemp(path_.data());
    FILE* file = fdopen(fd, "w");
    PEM_write_X509(file, identity.certificate.get());
    fclose(file);
  }
  ~PemFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_TEST_CERTIFICATES_H_
