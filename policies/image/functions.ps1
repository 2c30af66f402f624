$ErrorActionPreference = 'Stop'

# Runs a program with one line of arguments, waits for it, and gives its exit code and what it wrote.
function Invoke-Program([string] $program, [string] $line) {
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $program
    $start.Arguments = $line
    $start.UseShellExecute = $false
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $output = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    return @{ code = $process.ExitCode; output = $output }
}

# Runs image-assistant.exe and gives its answer. It answers in JSON, with other lines around it or, where it does not
# understand its arguments, with other lines only. Anything but a success stops the script, except for the message $accepted.
function Invoke-Assistant([string] $line, [string] $accepted) {
    Write-Host "image-assistant.exe $line"
    $ran = Invoke-Program 'image-assistant.exe' $line
    $output = $ran.output
    $from = $output.IndexOf('{')
    $to = $output.LastIndexOf('}')
    $answer = $null
    if (($from -ge 0) -and ($to -gt $from)) {
        try { $answer = $output.Substring($from, $to - $from + 1) | ConvertFrom-Json } catch { $answer = $null }
    }
    if ($null -eq $answer) {
        throw ('image-assistant.exe did not answer in JSON (exit code ' + $ran.code + '): ' + $output.Trim())
    }
    if (($ran.code -ne 0) -or ($answer.status -ne 0)) {
        if (($accepted -eq '') -or ($answer.message -notlike ($accepted + '*'))) {
            throw ('image-assistant.exe refused (exit code ' + $ran.code + '): ' + $answer.message)
        }
    }
    return $answer
}

# Writes lines into a file, and makes its folder where it is missing.
function Save-Text([string] $path, $lines) {
    $folder = Split-Path -Parent $path
    if (-not (Test-Path -LiteralPath $folder)) { $null = New-Item -ItemType Directory -Force -Path $folder }
    [System.IO.File]::WriteAllText($path, (($lines -join "`r`n") + "`r`n"))
}

# Takes the lines of a registry file into the registry.
function Import-Registry($lines) {
    $file = Join-Path $env:TEMP 'headset-policies.reg'
    [System.IO.File]::WriteAllText($file, (($lines -join "`r`n") + "`r`n"), [System.Text.Encoding]::Unicode)
    $ran = Invoke-Program 'reg.exe' ('import "' + $file + '"')
    if ($ran.code -ne 0) { throw ('reg.exe did not take the policies (exit code ' + $ran.code + '): run this as Administrator') }
    Remove-Item -LiteralPath $file
}

# Lists the programs and libraries in a program's folder: AppStream reads these files ahead when an instance starts.
function Save-Manifest([string] $program, [string] $manifest) {
    $folder = Split-Path -Parent $program
    $files = Get-ChildItem -LiteralPath $folder -Recurse -File | Where-Object { ($_.Extension -eq '.exe') -or ($_.Extension -eq '.dll') } | ForEach-Object { $_.FullName }
    Save-Text $manifest @($files)
}

# Installs a package from the internet, if it is the one that was meant.
function Install-Package([string] $url, [string] $sha256) {
    $ProgressPreference = 'SilentlyContinue'
    $file = Join-Path $env:TEMP 'headset-browser.msi'
    Invoke-WebRequest -Uri $url -OutFile $file -UseBasicParsing
    $found = (Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash
    if ($found -ne $sha256) { throw ($url + ' has the SHA-256 ' + $found + ' and not ' + $sha256 + ': nothing was installed') }
    $ran = Invoke-Program 'msiexec.exe' ('/i "' + $file + '" /qn /norestart')
    if (($ran.code -ne 0) -and ($ran.code -ne 3010)) { throw ('msiexec.exe did not install ' + $url + ' (exit code ' + $ran.code + ')') }
    Remove-Item -LiteralPath $file
}
