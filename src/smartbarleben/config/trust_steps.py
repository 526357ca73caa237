"""How each kind of device comes to trust the village's certificate; shown on the trust page and in the terminal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """A kind of device with its steps in German and English. ``{door}`` is the address of the trust page."""

    name: str
    german: tuple[str, ...]
    english: tuple[str, ...]


DEVICES = (
    Device(
        "Android",
        (
            "Laden Sie das Zertifikat von dieser Seite.",
            "Suchen Sie in den Einstellungen nach „CA-Zertifikat“ (meist unter Sicherheit, Verschlüsselung).",
            "Tippen Sie auf „Trotzdem installieren“ und wählen Sie die Datei smartbarleben-ca.crt.",
        ),
        (
            "Download the certificate from this page.",
            'Search the settings for "CA certificate" (mostly under Security, Encryption).',
            'Tap "Install anyway" and choose the file smartbarleben-ca.crt.',
        ),
    ),
    Device(
        "iPhone, iPad",
        (
            "Öffnen Sie diese Seite in Safari, laden Sie das Profil und tippen Sie auf „Zulassen“.",
            "Öffnen Sie die Einstellungen, tippen Sie auf „Profil geladen“ und auf „Installieren“.",
            "Schalten Sie unter Allgemein, Info, Zertifikatsvertrauenseinstellungen SmartBarleben ein.",
        ),
        (
            'Open this page in Safari, load the profile and tap "Allow".',
            'Open the settings, tap "Profile Downloaded" and "Install".',
            "Under General, About, Certificate Trust Settings switch the certificate SmartBarleben on.",
        ),
    ),
    Device(
        "Windows (Edge, Chrome)",
        (
            "Laden Sie das Zertifikat von dieser Seite und öffnen Sie die Datei.",
            "Wählen Sie „Zertifikat installieren“, „Aktueller Benutzer“, „Alle Zertifikate in folgendem Speicher …“.",
            "Wählen Sie den Speicher „Vertrauenswürdige Stammzertifizierungsstellen“ und bestätigen Sie.",
        ),
        (
            "Download the certificate from this page and open the file.",
            'Choose "Install Certificate", "Current User", "Place all certificates in the following store".',
            'Choose the store "Trusted Root Certification Authorities" and confirm.',
        ),
    ),
    Device(
        "Debian, Ubuntu (Chromium, Chrome)",
        (
            "Installieren Sie das Werkzeug:  sudo apt install libnss3-tools",
            "Laden Sie das Zertifikat:  wget {door}/ca.crt",
            'Nehmen Sie es auf:  certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n SmartBarleben -i ca.crt',
        ),
        (
            "Install the tool:  sudo apt install libnss3-tools",
            "Fetch the certificate:  wget {door}/ca.crt",
            'Add it:  certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n SmartBarleben -i ca.crt',
        ),
    ),
    Device(
        "Firefox",
        (
            "Laden Sie das Zertifikat von dieser Seite.",
            "Gehen Sie in den Einstellungen zu Datenschutz, Zertifikate anzeigen, Zertifizierungsstellen.",
            "Wählen Sie „Importieren“ und die Datei, und setzen Sie das Häkchen bei „Websites“.",
        ),
        (
            "Download the certificate from this page.",
            "In the settings go to Privacy & Security, View Certificates, Authorities.",
            'Choose "Import" and the file, and tick "websites".',
        ),
    ),
)
